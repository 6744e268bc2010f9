/** The bucket holds no more than this much of the rate, so that an idle minute is not followed by a minute's burst. */
export const burstMs = 2000;

/** After a pause the rate climbs from `rampFrom` to the whole within this time. */
export const rampMs = 30_000;

/** The part of the rate that a ramp begins with. */
export const rampFrom = 0.1;

/** How many requests a bucket holds at a rate of requests per millisecond: at least one. */
export function capacityOf(perMs: number): number {
  return Math.max(1, perMs * burstMs);
}

/** The rate, so long after the last pause ended. */
export function rampedRate(perMs: number, sincePauseMs: number): number {
  return perMs * Math.min(1, rampFrom + (1 - rampFrom) * Math.max(0, sincePauseMs / rampMs));
}
