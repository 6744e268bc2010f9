import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/ports.ts';

/** A clock that a test advances by hand; its timers fire in order meanwhile. */
export interface ManualClock extends Clock {
  /** Advances time, firing the timers that become due and letting promises settle in between. */
  advance(ms: number): Promise<void>;
}

/** A clock at a fixed instant; its random number is always 0.5 and its ids count up. */
export function createManualClock(startAt = Date.UTC(2026, 0, 1)): ManualClock {
  let now = startAt;
  let ids = 0;
  let timers: { at: number; callback: () => void }[] = [];
  const settle = async () => {
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
  };
  return {
    now: () => now,
    monotonic: () => now - startAt,
    random: () => 0.5,
    newId() {
      ids += 1;
      return `01900000-0000-7000-8000-${ids.toString(16).padStart(12, '0')}`;
    },
    newSecretId() {
      ids += 1;
      return ids.toString(16).padStart(32, '0');
    },
    after(delayMs, callback) {
      const timer = { at: now + Math.max(0, delayMs), callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const next = timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers = timers.filter((each) => each !== next);
        now = Math.max(now, next.at);
        next.callback();
        await settle();
      }
      now = end;
      await settle();
    },
  };
}
