import { createLogLimit } from '../../lib/log-limit.ts';
import type { Clock, Log } from '../../ports.ts';

/** What a user has too many of. */
type LimitKind = 'sockets';

/** Reports that users hit limits. */
export interface LimitReport {
  /** Counts that a user hit a limit, and logs it once a minute for each kind and user. */
  hit(kind: LimitKind, user: string, limit: number): void;
  /** How often a limit of this kind was hit since the start. */
  count(kind: LimitKind): number;
}

/** Creates a report that has counted nothing. */
export function createLimitReport({ log, clock }: { readonly log: Log; readonly clock: Clock }): LimitReport {
  const mayLog = createLogLimit(clock);
  const counts = new Map<LimitKind, number>();
  return {
    hit(kind, user, limit) {
      const hits = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, hits);
      if (mayLog(`${kind} ${user}`))
        log.warn({ limit: kind, user, allowed: limit, hits }, 'A user has reached a limit.');
    },
    count: (kind) => counts.get(kind) ?? 0,
  };
}
