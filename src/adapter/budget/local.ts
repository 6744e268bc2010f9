import type { Allowance, Budget, Clock } from '../../ports.ts';
import { capacityOf, rampedRate } from './rate.ts';

/** The options of a budget for one process. */
export type LocalBudgetOptions = {
  readonly requestsPerMinute: number;
  readonly clock: Clock;
};

/** A bucket's state to start from. */
export type LocalBucketStart = { readonly tokens: number; readonly pausedUntil: number };

/** The budget of one process: one bucket for all requests, one of the same size for submits. */
export function createLocalBudget(options: LocalBudgetOptions): Budget {
  return { ...createLocalBucket(options), submits: createLocalBucket(options) };
}

/**
 * A token bucket for one process. A request takes one token; tokens return evenly at `requestsPerMinute`. Without `from` the bucket is full
 * and not paused.
 */
export function createLocalBucket(
  { requestsPerMinute, clock }: LocalBudgetOptions,
  from: LocalBucketStart | null = null,
): Allowance {
  const perMs = requestsPerMinute / 60_000;
  const capacity = capacityOf(perMs);
  let tokens = from?.tokens ?? capacity;
  let filledAt = clock.now();
  let pausedUntil = from?.pausedUntil ?? 0;

  const rateAt = (now: number) => rampedRate(perMs, now - pausedUntil);

  function refill(): void {
    const now = clock.now();
    const sinceMs = Math.max(0, now - Math.max(filledAt, pausedUntil));
    tokens = Math.min(capacity, tokens + sinceMs * rateAt(now));
    filledAt = now;
  }

  return {
    async take(wanted) {
      refill();
      if (clock.now() < pausedUntil) return 0;
      const taken = Math.min(wanted, Math.floor(tokens));
      tokens -= taken;
      return taken;
    },
    giveBack(unused) {
      tokens = Math.min(capacity, tokens + unused);
    },
    pauseUntil(at) {
      pausedUntil = Math.max(pausedUntil, at);
      tokens = 0;
    },
    available() {
      refill();
      return clock.now() < pausedUntil ? 0 : Math.floor(tokens);
    },
    nextAt() {
      const now = clock.now();
      const begin = Math.max(now, pausedUntil);
      return Math.ceil(begin + Math.max(0, 1 - tokens) / rateAt(begin));
    },
  };
}

/** A budget without a limit, for the sandbox. Its 429 delays only the job that received it. */
export function createOpenBudget({ clock }: { readonly clock: Clock }): Budget {
  const open: Allowance = {
    take: (wanted) => Promise.resolve(wanted),
    giveBack: () => undefined,
    pauseUntil: () => undefined,
    available: () => null,
    nextAt: () => clock.now(),
  };
  return { ...open, submits: open };
}
