import type { Budget, Clock } from '../ports.ts';

/** The bucket holds no more than this much of the rate, so that an idle minute is not followed by a minute's burst. */
const burstMs = 2000;
/** After a pause the rate climbs from a tenth to the whole within this time. */
const rampMs = 30_000;
const rampFrom = 0.1;

/** A token bucket (one request a token), refilled evenly at `requestsPerMinute`, for one process. */
export function createLocalBudget({
  requestsPerMinute,
  clock,
}: {
  readonly requestsPerMinute: number;
  readonly clock: Clock;
}): Budget {
  const perMs = requestsPerMinute / 60_000;
  const capacity = Math.max(1, perMs * burstMs);
  let tokens = capacity;
  let filledAt = clock.now();
  let pausedUntil = 0;

  const rateAt = (now: number) =>
    perMs * Math.min(1, rampFrom + (1 - rampFrom) * Math.max(0, (now - pausedUntil) / rampMs));

  function refill(): void {
    const now = clock.now();
    const sinceMs = Math.max(0, now - Math.max(filledAt, pausedUntil));
    tokens = Math.min(capacity, tokens + sinceMs * rateAt(now));
    filledAt = now;
  }

  return {
    take(wanted) {
      refill();
      if (clock.now() < pausedUntil) return Promise.resolve(0);
      const taken = Math.min(wanted, Math.floor(tokens));
      tokens -= taken;
      return Promise.resolve(taken);
    },
    giveBack(unused) {
      tokens = Math.min(capacity, tokens + unused);
    },
    pauseUntil(at) {
      pausedUntil = Math.max(pausedUntil, at);
      tokens = 0;
    },
    nextAt() {
      const now = clock.now();
      const from = Math.max(now, pausedUntil);
      return Math.ceil(from + Math.max(0, 1 - tokens) / rateAt(from));
    },
  };
}

/** The budget of the sandbox: there is none, and its 429 holds only the job that met it. */
export function createOpenBudget({ clock }: { readonly clock: Clock }): Budget {
  return {
    take: (wanted) => Promise.resolve(wanted),
    giveBack: () => undefined,
    pauseUntil: () => undefined,
    nextAt: () => clock.now(),
  };
}
