import type { Clock, ProviderHealth } from '../../../ports.ts';
import { refusesKey } from './key-refusal.ts';
import { type HttpOutcome, isSuccess } from './response.ts';

/** The provider's health, from the outcomes of requests and from the operator's credits. */
export type Health = {
  /** Must be called with every outcome. */
  note(outcome: HttpOutcome): void;
  /** Records until when a 429 asked for no more requests, and returns that instant. */
  pause(until: number): number;
  /** Requests the credits unless that was done within the last minute. Never rejects. */
  read(): Promise<Omit<ProviderHealth, 'creditsLow'>>;
};

const creditsForMs = 60_000;

type Seen = Pick<ProviderHealth, 'answeredAt' | 'silentSince' | 'keyRefusedSince'>;

/** Starts without any knowledge. `credits` requests the credits left on the operator's account, null if unknown; it must not reject. */
export function createHealth(clock: Clock, credits: () => Promise<number | null>): Health {
  let seen: Seen = { answeredAt: null, silentSince: null, keyRefusedSince: null };
  let pausedUntil = 0;
  let asked: { readonly at: number; readonly credits: Promise<number | null> } | null = null;

  function recentCredits(): Promise<number | null> {
    const at = clock.monotonic();
    // Callers within a minute share one request, so watching the health costs the provider one request a minute.
    if (asked === null || at - asked.at >= creditsForMs) asked = { at, credits: credits() };
    return asked.credits;
  }

  return {
    note(outcome) {
      seen = after(seen, outcome, clock.now());
    },
    pause(until) {
      pausedUntil = until;
      return until;
    },
    async read() {
      // First the credits: their response updates the rest, too.
      const left = await recentCredits();
      return { ...seen, pausedUntil: pausedUntil > clock.now() ? pausedUntil : null, credits: left };
    },
  };
}

function after(seen: Seen, outcome: HttpOutcome, now: number): Seen {
  switch (outcome.type) {
    case 'withheld':
      return seen;
    case 'notSent':
    case 'unanswered':
      return { ...seen, silentSince: seen.silentSince ?? now };
    case 'answered': {
      const { status } = outcome.response;
      const refused = refusesKey(outcome.response);
      const kept = isSuccess(status) ? null : seen.keyRefusedSince;
      return { answeredAt: now, silentSince: null, keyRefusedSince: refused ? (seen.keyRefusedSince ?? now) : kept };
    }
  }
}
