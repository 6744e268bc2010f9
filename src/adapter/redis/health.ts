import type { Clock, Log } from '../../ports.ts';

/** What a connection to Redis is for. */
export type RedisPurpose = 'bell ring' | 'bell listen' | 'budget';

/** What the log says of all connections of a node to Redis: one line when it goes away, at most one a minute while it is, one when all work again. */
export interface RedisHealth {
  /** A connection was lost, could not be made, or may not do what it is for. */
  fails(purpose: RedisPurpose, reason: string): void;
  /** A connection has done what it is for. */
  works(purpose: RedisPurpose): void;
}

const oneLinePerMs = 60_000;

/** Health that nothing is known against. */
export function createRedisHealth({ log, clock }: { readonly log: Log; readonly clock: Clock }): RedisHealth {
  const failing = new Set<RedisPurpose>();
  let quietUntil = Number.NEGATIVE_INFINITY;
  let isTold = false;
  return {
    fails(purpose, reason) {
      failing.add(purpose);
      if (clock.monotonic() < quietUntil) return;
      quietUntil = clock.monotonic() + oneLinePerMs;
      isTold = true;
      log.warn(
        { purpose, reason },
        'Redis is away. The gateway goes on without it, and tries again every few seconds.',
      );
    },
    works(purpose) {
      failing.delete(purpose);
      if (failing.size > 0 || !isTold) return;
      isTold = false;
      log.info({}, 'Redis is there again.');
    },
  };
}
