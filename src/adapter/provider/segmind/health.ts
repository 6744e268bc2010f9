import type { Clock, ProviderHealth } from '../../../ports.ts';
import { refusesKey } from './key-refusal.ts';
import { isSuccess, type Reply } from './response.ts';

/** What is known of how the provider is: by its replies, and by asking for the operator's credits. */
export type Health = {
  /** Told every reply. */
  note(reply: Reply): void;
  /** Told until when a 429 asked for no more requests; gives that back. */
  pause(until: number): number;
  /** Asks for the credits where that was not done within the last minute. Never rejects. */
  read(): Promise<ProviderHealth>;
};

const creditsForMs = 60_000;

type Seen = Pick<ProviderHealth, 'answeredAt' | 'silentSince' | 'keyRefusedSince'>;

/** Knows nothing yet. `credits` asks for what is left on the operator's account, null where that cannot be learnt; it must not reject. */
export function createHealth(clock: Clock, credits: () => Promise<number | null>): Health {
  let seen: Seen = { answeredAt: null, silentSince: null, keyRefusedSince: null };
  let pausedUntil = 0;
  let asked: { readonly at: number; readonly credits: Promise<number | null> } | null = null;

  function recentCredits(): Promise<number | null> {
    const at = clock.monotonic();
    // Whoever asks meanwhile shares the answer, so that watching costs the provider one request a minute.
    if (asked === null || at - asked.at >= creditsForMs) asked = { at, credits: credits() };
    return asked.credits;
  }

  return {
    note(reply) {
      seen = after(seen, reply, clock.now());
    },
    pause(until) {
      pausedUntil = until;
      return until;
    },
    async read() {
      // Asked first: the answer tells of the rest, too.
      const left = await recentCredits();
      return { ...seen, pausedUntil: pausedUntil > clock.now() ? pausedUntil : null, credits: left };
    },
  };
}

function after(seen: Seen, reply: Reply, now: number): Seen {
  switch (reply.type) {
    case 'withheld':
      return seen;
    case 'notSent':
    case 'unanswered':
      return { ...seen, silentSince: seen.silentSince ?? now };
    case 'answered': {
      const { status } = reply.answer;
      const refused = refusesKey(reply.answer);
      const kept = isSuccess(status) ? null : seen.keyRefusedSince;
      return { answeredAt: now, silentSince: null, keyRefusedSince: refused ? (seen.keyRefusedSince ?? now) : kept };
    }
  }
}
