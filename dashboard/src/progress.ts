/** Progress as the gateway told it at an instant, in epoch milliseconds. */
export type Told = {
  readonly fraction: number;
  readonly elapsedSeconds: number;
  readonly remainingSeconds: number | null;
  readonly overdue: boolean;
};

/** Progress as shown between two tellings. */
export type Shown = { readonly fraction: number; readonly remainingSeconds: number | null };

/** No bar is full before its job is completed. */
const mostFraction = 0.95;

/**
 * What is shown some seconds after progress was told: time goes on, and what is left shrinks with it, as long as the gateway knew what
 * is left. Never below what was told, never full.
 */
export function shownAfter({ fraction, elapsedSeconds, remainingSeconds }: Told, seconds: number): Shown {
  if (remainingSeconds === null || fraction >= 1) return { fraction, remainingSeconds };
  const passed = Math.max(0, seconds);
  const whole = elapsedSeconds + remainingSeconds;
  const reached = whole > 0 ? (elapsedSeconds + passed) / whole : 0;
  return {
    fraction: Math.max(fraction, Math.min(mostFraction, reached)),
    remainingSeconds: Math.max(0, remainingSeconds - passed),
  };
}
