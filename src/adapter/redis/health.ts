import type { Clock, Log } from '../../ports.ts';

/** The purpose of a connection to Redis. */
export type RedisPurpose = 'bell ring' | 'bell listen' | 'budget';

/**
 * Logs the health of a node's connections to Redis: one line when the first fails, at most one a minute while any fails, and one when all
 * work again.
 */
export interface RedisHealth {
  /** A connection was lost, could not be made, or lacks the rights for its purpose. */
  fails(purpose: RedisPurpose, reason: string): void;
  /** A connection has proved that it works. */
  works(purpose: RedisPurpose): void;
}

const logIntervalMs = 60_000;

/** Creates the health of a node's connections, all of which count as working at first. */
export function createRedisHealth({ log, clock }: { readonly log: Log; readonly clock: Clock }): RedisHealth {
  const failing = new Set<RedisPurpose>();
  let quietUntil = Number.NEGATIVE_INFINITY;
  let isLogged = false;
  return {
    fails(purpose, reason) {
      failing.add(purpose);
      if (clock.monotonic() < quietUntil) return;
      quietUntil = clock.monotonic() + logIntervalMs;
      isLogged = true;
      log.warn(
        { purpose, reason },
        'Redis is unavailable. The gateway continues without it and tries again every few seconds.',
      );
    },
    works(purpose) {
      failing.delete(purpose);
      if (failing.size > 0 || !isLogged) return;
      isLogged = false;
      log.info({}, 'Redis is available again.');
    },
  };
}
