import type { Subject } from '../../gateway/gateway.ts';
import { viewerTextOf } from '../../gateway/viewer.ts';
import type { Clock, Log } from '../../ports.ts';
import type { Principal, Verify } from './auth-result.ts';

/** The authenticated user of an open socket or stream. `authorization` is kept only to be checked again. */
export type Session = {
  readonly viewer: Subject;
  readonly authorization: string | undefined;
  /** Epoch milliseconds. */
  expiresAt: number | null;
  /** Monotonic milliseconds; null once the session has been ended. */
  checkAt: number | null;
};

/** Checks sessions again while they are open: a token may expire, its key be withdrawn, its user lose a role. */
export interface Recheck {
  sessionOf(principal: Principal, authorization: string | undefined): Session;
  /** Call about once a second. Calls `end` once when the session is no longer valid; the reason is a few words for the client. */
  check(session: Session, end: (reason: string) => void): void;
}

/** How often open sockets and streams are checked: one timer for all sockets and one for all streams. */
export const checkEveryMs = 1000;

/** Together with the second between two checks, a minute at most. */
const verifyWithinMs = 59_000;

/** Verifies each session again every 30 to 60 seconds, at random, so that sessions opened together are not all verified together. */
export function createRecheck({ verify, clock, log }: { verify: Verify; clock: Clock; log: Log }): Recheck {
  const nextCheck = () => clock.monotonic() + verifyWithinMs * (0.5 + clock.random() / 2);

  async function verifyAgain(session: Session, end: (reason: string) => void): Promise<void> {
    const authResult = await verify(session.authorization);
    // Tokens cannot be checked at the moment, which is not the client's fault.
    if (authResult.kind === 'unavailable') return;
    if (authResult.kind === 'expired') return end('The token has expired');
    if (authResult.kind !== 'known') return end('The token is no longer valid');
    if (viewerTextOf(authResult.viewer) !== viewerTextOf(session.viewer))
      return end('The token now grants different rights');
    session.expiresAt = authResult.expiresAt;
  }

  return {
    sessionOf: ({ viewer, expiresAt }, authorization) => ({ viewer, authorization, expiresAt, checkAt: nextCheck() }),
    check(session, end) {
      const endOnce = (reason: string) => {
        if (session.checkAt !== null) end(reason);
        session.checkAt = null;
      };
      if (session.expiresAt !== null && session.expiresAt <= clock.now()) return endOnce('The token has expired');
      if (session.checkAt === null || clock.monotonic() < session.checkAt) return;
      session.checkAt = nextCheck();
      verifyAgain(session, endOnce).catch((error: unknown) =>
        log.error({ err: error }, 'A token could not be checked again.'),
      );
    },
  };
}
