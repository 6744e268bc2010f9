import type { Job } from '../../client/src/index.ts';

/** How far it is. */
export const progress = {
  fraction: 0.25,
  elapsedSeconds: 10,
  remainingSeconds: 30,
  estimatedFinishAt: '2026-01-01T00:00:40Z',
  overdue: false,
  sampleSize: 20,
};

/** A job that runs. */
export const job: Job = {
  id: 'job-1',
  environment: 'TEST',
  prompt: 'Two people',
  aspectRatio: 'PORTRAIT_9_16',
  seed: 1,
  externalId: null,
  status: 'PROCESSING',
  version: 3,
  progress,
  videoUrl: 'https://video.example.com/v/1.mp4',
  video: null,
  failure: null,
  lateVideo: null,
  charge: { state: 'HELD', credits: 67 },
  seedUsed: null,
  createdAt: '2026-01-01T00:00:00Z',
  submittedAt: '2026-01-01T00:00:00Z',
  resendAt: null,
  failedPolls: 0,
  startedAt: '2026-01-01T00:00:01Z',
  finishedAt: null,
  deletedAt: null,
  deadlineAt: '2026-01-01T00:20:00Z',
};

/** The video of one that is completed. */
export const video = {
  url: 'https://video.example.com/v/1.mp4',
  contentType: 'video/mp4',
  posterUrl: 'https://video.example.com/v/1.jpg',
  storage: 'STORED',
  expiresAt: null,
  sourceUrl: null,
  sourceExpiresAt: null,
  byteSize: 1,
  durationSeconds: 5,
  width: 720,
  height: 1280,
  sha256: null,
} as const;
