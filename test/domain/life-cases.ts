import { jobFailure } from '../../src/domain/failure-code.ts';
import type { Job, LifeEvent, Video } from '../../src/domain/job.ts';
import type { Circumstances } from '../../src/domain/life.ts';
import { estimateOf, livePrior } from '../../src/domain/progress.ts';
import { sampleJob } from './sample.ts';

/** The instant of every decision. */
export const now = 100_000;

const video: Video = { url: 'https://images.segmind.com/x.mp4', contentType: 'video/mp4', expiresAt: null };

/** The circumstances of every decision. */
export const given: Circumstances = {
  now,
  chance: 0.5,
  estimate: estimateOf([], livePrior),
  pace: { intervalMs: 7000, deadlineMs: 1_200_000, resendLimit: 0 },
};

/** The columns that an acceptance sets. */
export const accepted = {
  requestId: 'r1',
  pollUrl: 'https://api.segmind.com/workflows/request/r1',
  submittedAt: 50_000,
};

/** A job in every state, and in every relevant kind of FAILED. */
export const jobs: Record<string, Job> = {
  PENDING: sampleJob(),
  SUBMITTING: sampleJob({ state: 'SUBMITTING', version: 2, pollAt: now }),
  QUEUED: sampleJob({ state: 'QUEUED', version: 3, ...accepted }),
  PROCESSING: sampleJob({ state: 'PROCESSING', version: 4, ...accepted, startedAt: 60_000 }),
  'PROCESSING, no output': sampleJob({
    state: 'PROCESSING',
    version: 4,
    ...accepted,
    startedAt: 60_000,
    outputMissingSince: now - 60_000,
  }),
  COMPLETED: sampleJob({ state: 'COMPLETED', version: 5, ...accepted, video, pollAt: null, finishedAt: 90_000 }),
  'FAILED, refused': sampleJob({
    state: 'FAILED',
    version: 3,
    failure: jobFailure('PROVIDER_FORBIDDEN', 403),
    pollAt: null,
    finishedAt: 90_000,
  }),
  'FAILED, unconfirmed': sampleJob({
    state: 'FAILED',
    version: 3,
    failure: jobFailure('SUBMISSION_UNCONFIRMED'),
    pollAt: null,
    finishedAt: 90_000,
  }),
  'FAILED, looked at': sampleJob({
    state: 'FAILED',
    version: 5,
    ...accepted,
    failure: jobFailure('DEADLINE_EXCEEDED'),
    finishedAt: 90_000,
  }),
  CANCELED: sampleJob({ state: 'CANCELED', version: 2, pollAt: null, finishedAt: 90_000 }),
};

/** Every event, in every relevant shape. */
export const events: Record<string, LifeEvent> = {
  claimed: { type: 'claimed' },
  deadline: { type: 'deadline', unseen: false },
  'deadline, unseen': { type: 'deadline', unseen: true },
  canceled: { type: 'canceled' },
  'accepted, QUEUED': {
    type: 'accepted',
    requestId: 'r1',
    pollUrl: 'https://x/r1',
    poll: { type: 'seen', status: 'QUEUED' },
  },
  'accepted, no word': {
    type: 'accepted',
    requestId: 'r1',
    pollUrl: 'https://x/r1',
    poll: { type: 'seen', status: null },
  },
  'accepted, PROCESSING': {
    type: 'accepted',
    requestId: 'r1',
    pollUrl: 'https://x/r1',
    poll: { type: 'seen', status: 'PROCESSING' },
  },
  'accepted, COMPLETED': {
    type: 'accepted',
    requestId: 'r1',
    pollUrl: 'https://x/r1',
    poll: { type: 'completed', video },
  },
  'accepted, FAILED': {
    type: 'accepted',
    requestId: 'r1',
    pollUrl: 'https://x/r1',
    poll: { type: 'failed', failure: jobFailure('GENERATION_FAILED') },
  },
  notSent: { type: 'notSent' },
  withheld: { type: 'withheld' },
  throttled: { type: 'throttled', retryAt: now + 30_000 },
  serverError: { type: 'serverError', failure: jobFailure('PROVIDER_UNAVAILABLE', 500) },
  refused: { type: 'refused', failure: jobFailure('PROVIDER_BAD_REQUEST', 400) },
  unconfirmed: { type: 'unconfirmed', httpStatus: 502 },
  'seen QUEUED': { type: 'seen', status: 'QUEUED' },
  'seen PROCESSING': { type: 'seen', status: 'PROCESSING' },
  'seen, no word': { type: 'seen', status: null },
  completed: { type: 'completed', video },
  failed: { type: 'failed', failure: jobFailure('GENERATION_FAILED') },
  'failed, no output': { type: 'failed', failure: jobFailure('PROVIDER_BAD_OUTPUT') },
  missing: { type: 'missing' },
  fault: { type: 'fault' },
};
