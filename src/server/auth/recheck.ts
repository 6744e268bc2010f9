import type { Subject } from '../../gateway/gateway.ts';
import { viewerTextOf } from '../../gateway/viewer.ts';
import type { Clock, Log } from '../../ports.ts';
import type { Principal, Verify } from './auth-result.ts';

/** Whoever a stream is open for. `authorization` is what they showed, kept to be looked at again and for nothing else. */
export type Session = {
  readonly viewer: Subject;
  readonly authorization: string | undefined;
  expiresAt: number | null;
  /** Monotonic milliseconds; null once they have been turned out. */
  checkAt: number | null;
};

/** Looks again at those for whom streams are open: a token may expire, its key be withdrawn, its user lose a role. */
export interface Recheck {
  sessionOf(principal: Principal, authorization: string | undefined): Session;
  /** To be called about once a second. Calls `turnOut`, once, where the guest may not stay; the reason is a few words for them. */
  poll(session: Session, turnOut: (reason: string) => void): void;
}

/** How often open sockets and streams are checked: one timer for all of a kind rather than some for each. */
export const checkEveryMs = 1000;

/** With the second between two looks, a minute at most. */
const checkWithinMs = 59_000;

/** Asks `verify` about each guest every 30 to 60 seconds, at random, so that those who came together are not asked about together. */
export function createRecheck({ verify, clock, log }: { verify: Verify; clock: Clock; log: Log }): Recheck {
  const nextCheck = () => clock.monotonic() + checkWithinMs * (0.5 + clock.random() / 2);

  async function check(session: Session, leave: (reason: string) => void): Promise<void> {
    const authResult = await verify(session.authorization);
    // Tokens cannot be checked at the moment: that is nothing that the guest did.
    if (authResult.kind === 'unavailable') return;
    if (authResult.kind === 'expired') return leave('The token has expired');
    if (authResult.kind !== 'known') return leave('The token is no longer good');
    if (viewerTextOf(authResult.viewer) !== viewerTextOf(session.viewer))
      return leave('The token now reads differently');
    session.expiresAt = authResult.expiresAt;
  }

  return {
    sessionOf: ({ viewer, expiresAt }, authorization) => ({ viewer, authorization, expiresAt, checkAt: nextCheck() }),
    poll(session, turnOut) {
      const leave = (reason: string) => {
        if (session.checkAt !== null) turnOut(reason);
        session.checkAt = null;
      };
      if (session.expiresAt !== null && session.expiresAt <= clock.now()) return leave('The token has expired');
      if (session.checkAt === null || clock.monotonic() < session.checkAt) return;
      session.checkAt = nextCheck();
      check(session, leave).catch((error: unknown) => log.error({ err: error }, 'A token could not be checked again.'));
    },
  };
}
