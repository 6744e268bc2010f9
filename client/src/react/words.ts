import type { Job } from '../schema.ts';

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

/** The fixed words of `<ReelgateVideo>`. */
export type VideoLabels = {
  /** The button after a failure, and after a video that could not be played. */
  readonly tryAgain: string;
  readonly notKept: string;
  readonly notPlayable: string;
  /** For screen readers: the bar, and the player of a video without a prompt. */
  readonly progress: string;
  readonly video: string;
};

/** The fixed words in English. */
export const englishLabels: VideoLabels = {
  tryAgain: 'Try again',
  notKept: 'The video is no longer kept.',
  notPlayable: 'The video cannot be played right now.',
  progress: 'Progress of the video',
  video: 'Video',
};

/** The sides of each shape, as CSS writes a ratio. */
export const ratios: Readonly<Record<Job['aspectRatio'], string>> = {
  LANDSCAPE_16_9: '16 / 9',
  PORTRAIT_9_16: '9 / 16',
  SQUARE_1_1: '1 / 1',
  LANDSCAPE_4_3: '4 / 3',
  PORTRAIT_3_4: '3 / 4',
};
