/** The bucket holds at most this many ms' worth of requests, so that an idle minute is not followed by a minute's burst. */
export const burstMs = 2000;

/** After a pause the rate rises from `rampFrom` to the full rate within this time. */
export const rampMs = 30_000;

/** The fraction of the rate that a ramp starts with. */
export const rampFrom = 0.1;

/** The capacity of a bucket in requests, at least 1. `perMs` is the rate in requests per millisecond. */
export function capacityOf(perMs: number): number {
  return Math.max(1, perMs * burstMs);
}

/** The rate in requests per millisecond, `sincePauseMs` after the end of the last pause. */
export function rampedRate(perMs: number, sincePauseMs: number): number {
  return perMs * Math.min(1, rampFrom + (1 - rampFrom) * Math.max(0, sincePauseMs / rampMs));
}
