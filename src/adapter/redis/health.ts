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
  /** A connection works again after its server had become a replica: the others may still be connected to that replica. */
  moved(purpose: RedisPurpose): void;
  /** Calls back after another connection has moved. Returns a function that stops it. */
  onMove(purpose: RedisPurpose, reconnect: () => void): () => void;
}

const logIntervalMs = 60_000;

/** Creates the health of a node's connections, all of which count as working at first. */
export function createRedisHealth({ log, clock }: { readonly log: Log; readonly clock: Clock }): RedisHealth {
  const failing = new Set<RedisPurpose>();
  let quietUntil = Number.NEGATIVE_INFINITY;
  let isLogged = false;
  const links = new Set<{ readonly purpose: RedisPurpose; readonly reconnect: () => void }>();
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
    moved(purpose) {
      for (const link of links) if (link.purpose !== purpose) link.reconnect();
    },
    onMove(purpose, reconnect) {
      const link = { purpose, reconnect };
      links.add(link);
      return () => void links.delete(link);
    },
  };
}
