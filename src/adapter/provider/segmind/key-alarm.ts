import type { Clock, Log } from '../../../ports.ts';

/** Logs that the key stopped working, and that it works again. */
export type KeyAlarm = {
  /** `status` is 401 or 403. */
  raise(status: number): void;
  clear(): void;
};

const repeatMs = 60_000;

/** Logs an error at once and then at most every minute, however many jobs are affected. */
export function createKeyAlarm(clock: Clock, log: Log): KeyAlarm {
  let raisedAt: number | null = null;
  return {
    raise(status) {
      const now = clock.monotonic();
      if (raisedAt !== null && now - raisedAt < repeatMs) return;
      raisedAt = now;
      log.error(
        { httpStatus: status },
        'The video provider does not accept the key: running jobs wait until it works again.',
      );
    },
    clear() {
      if (raisedAt === null) return;
      raisedAt = null;
      log.info({}, 'The video provider accepts the key again.');
    },
  };
}
