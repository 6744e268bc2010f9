import type { Job, JobProgress } from '../schema.ts';

/** Progress as a page shows it some seconds after it was reported. */
export type Shown = { readonly fraction: number; readonly remainingSeconds: number | null };

/** No bar is full before its job is completed. */
const mostFraction = 0.95;

/** The bar moves on with time if the gateway knew the remaining time; it never falls below the report and is never full. */
export function shownAfter({ fraction, elapsedSeconds, remainingSeconds }: JobProgress, seconds: number): Shown {
  if (remainingSeconds === null || fraction >= 1) return { fraction, remainingSeconds };
  const passed = Math.max(0, seconds);
  const whole = elapsedSeconds + remainingSeconds;
  const reached = whole > 0 ? (elapsedSeconds + passed) / whole : 0;
  return {
    fraction: Math.max(fraction, Math.min(mostFraction, reached)),
    remainingSeconds: Math.max(0, remainingSeconds - passed),
  };
}

/** A duration in round numbers, because an estimate is no better: `about 2 minutes`. */
export function aboutText(seconds: number): string {
  if (seconds < 10) return 'a few seconds';
  if (seconds < 50) return `about ${Math.round(seconds / 10) * 10} seconds`;
  if (seconds < 90) return 'about a minute';
  return `about ${Math.round(seconds / 60)} minutes`;
}

/** What a job is doing, in words. */
export function progressText(
  { status, progress }: Pick<Job, 'status' | 'progress'>,
  remainingSeconds: number | null,
): string {
  switch (status) {
    case 'PENDING':
      return 'Waiting to be sent';
    case 'COMPLETED':
      return 'Ready';
    case 'CANCELED':
      return 'Canceled. Nothing was charged.';
    case 'FAILED':
      return 'Failed. Nothing was charged.';
    case 'QUEUED':
    case 'PROCESSING': {
      const stage = status === 'QUEUED' ? 'Queued' : 'Rendering';
      if (progress.overdue) return `${stage}, taking longer than usual`;
      return remainingSeconds === null ? stage : `${stage}, ${aboutText(remainingSeconds)} left`;
    }
  }
}

/** The sides of each shape, as CSS writes a ratio. */
export const ratios: Readonly<Record<Job['aspectRatio'], string>> = {
  LANDSCAPE_16_9: '16 / 9',
  PORTRAIT_9_16: '9 / 16',
  SQUARE_1_1: '1 / 1',
  LANDSCAPE_4_3: '4 / 3',
  PORTRAIT_3_4: '3 / 4',
};
