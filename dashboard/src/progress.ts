/** Progress as the gateway reported it. */
export type Reported = {
  readonly fraction: number;
  readonly elapsedSeconds: number;
  readonly remainingSeconds: number | null;
  readonly overdue: boolean;
};

/** Progress as the page shows it between two reports. */
export type Shown = { readonly fraction: number; readonly remainingSeconds: number | null };

/** No bar is full before its job is completed. */
const mostFraction = 0.95;

/**
 * The progress to show some seconds after a report. The bar moves on with time if the gateway knew the remaining time; it never falls
 * below the report and is never full.
 */
export function shownAfter({ fraction, elapsedSeconds, remainingSeconds }: Reported, seconds: number): Shown {
  if (remainingSeconds === null || fraction >= 1) return { fraction, remainingSeconds };
  const passed = Math.max(0, seconds);
  const whole = elapsedSeconds + remainingSeconds;
  const reached = whole > 0 ? (elapsedSeconds + passed) / whole : 0;
  return {
    fraction: Math.max(fraction, Math.min(mostFraction, reached)),
    remainingSeconds: Math.max(0, remainingSeconds - passed),
  };
}
