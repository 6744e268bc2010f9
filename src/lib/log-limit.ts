import type { Clock } from '../ports.ts';
import { createLruCache } from './lru-cache.ts';

const everyMs = 60_000;

/** A bound, because callers can make up any number of names. */
const rememberedNames = 1000;

/** Returns whether a line may be logged now: once a minute for each name. */
export type LogLimit = (name: string) => boolean;

/** Limits log lines that callers could otherwise cause without limit. */
export function createLogLimit(clock: Pick<Clock, 'monotonic'>): LogLimit {
  const loggedAt = createLruCache<number>(rememberedNames);
  return (name) => {
    const now = clock.monotonic();
    const last = loggedAt.get(name);
    if (last !== undefined && now - last < everyMs) return false;
    loggedAt.set(name, now);
    return true;
  };
}
