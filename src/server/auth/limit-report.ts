import { createLogLimit } from '../../lib/log-limit.ts';
import type { LimitKind } from '../../ports/metrics.ts';
import type { Clock, Log } from '../../ports.ts';
import type { RateLimit } from './limits.ts';

/** Reports that limits are hit. */
export interface LimitReport {
  /** Counts that a user (or an address, without a token) hit a limit, and logs it once a minute for each kind and user. */
  hit(kind: LimitKind, user: string, limit: number): void;
  /** How often a limit of this kind was hit since the start. */
  count(kind: LimitKind): number;
}

/** What a report receives. `noted` is called with each hit. */
export type LimitReportDeps = {
  readonly log: Log;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly noted?: (kind: LimitKind) => void;
};

/** Creates a report that has counted nothing. */
export function createLimitReport({ log, clock, noted }: LimitReportDeps): LimitReport {
  const mayLog = createLogLimit(clock);
  const counts = new Map<LimitKind, number>();
  return {
    hit(kind, user, limit) {
      const hits = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, hits);
      noted?.(kind);
      if (mayLog(`${kind} ${user}`))
        log.warn({ limit: kind, user, allowed: limit, hits }, 'A user has reached a limit.');
    },
    count: (kind) => counts.get(kind) ?? 0,
  };
}

/** The same rate limit; each refusal is reported. */
export function reported(
  limit: RateLimit,
  { limits, kind, perMinute }: { readonly limits: LimitReport; readonly kind: LimitKind; readonly perMinute: number },
): RateLimit {
  return (key) => {
    const waitSeconds = limit(key);
    if (waitSeconds > 0) limits.hit(kind, key, perMinute);
    return waitSeconds;
  };
}
