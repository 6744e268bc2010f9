import { randomBytes } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import type { Clock } from '../../ports.ts';

/** The machine's own time, timers and random numbers. Its timers do not keep the process alive. */
export function createSystemClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    after(delayMs, callback) {
      const timer = setTimeout(callback, Math.max(0, delayMs));
      timer.unref();
      return () => clearTimeout(timer);
    },
    random: () => Math.random(),
    newId: () => uuidv7(),
    newSecretId: () => randomBytes(16).toString('hex'),
  };
}
