import type { Clock } from '../ports.ts';
import { createLruCache } from './lru-cache.ts';

const everyMs = 60_000;

/** What is remembered; a caller can make up as many names as it likes. */
const rememberedNames = 1000;

/** Whether something may be logged now: once a minute for each name. */
export type LogLimit = (name: string) => boolean;

/** For lines that callers could cause as often as they like. */
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
