import { StoreLockedError } from './open-error.ts';

/** How long to wait for a lock, and who is told about it. */
export type Wait = {
  readonly forMs: number;
  /** Receives a sentence for the operator, after 1.5 s and then every 10 s. */
  readonly report?: ((sentence: string) => void) | undefined;
};

const firstReportMs = 1500;

const reportEveryMs = 10_000;

const attemptEveryMs = 250;

/**
 * Runs `attempt` until it does not throw a StoreLockedError, or the time is over; then it rejects with that error. Between attempts the
 * event loop is free, so signals are heard. `what`: what is waited for, such as `the process that serves it`.
 */
export async function waitWhileLocked<T>(
  attempt: () => T | Promise<T>,
  what: string,
  { forMs, report }: Wait,
): Promise<T> {
  const begin = performance.now();
  let reportAt = firstReportMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const waitedMs = performance.now() - begin;
      if (!(error instanceof StoreLockedError)) throw error;
      if (waitedMs >= forMs) throw forMs === 0 ? error : endOf(error, waitedMs);
      if (waitedMs >= reportAt) {
        report?.(`Waiting for ${what}, for ${secondsOf(waitedMs)} so far and ${secondsOf(forMs)} at most.`);
        reportAt += reportEveryMs;
      }
    }
    const leftMs = Math.max(0, forMs - (performance.now() - begin));
    await new Promise<void>((resolve) => void setTimeout(resolve, Math.min(attemptEveryMs, leftMs)));
  }
}

function endOf(error: StoreLockedError, waitedMs: number): StoreLockedError {
  return new StoreLockedError(`${error.message} It did not stop within ${secondsOf(waitedMs)}.`, { cause: error });
}

function secondsOf(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
