import { resendAt } from '../src/domain/change.ts';
import { failureOf } from '../src/domain/failure.ts';
import { type AspectRatio, type JobStatus, statusOf } from '../src/domain/job.ts';
import type { Builder } from './builder.ts';
import { viewerOf } from './context.ts';
import { readEvents } from './event.ts';
import { idOf } from './id.ts';

/** Adds Job, JobStatus and AspectRatio. */
export function addJob(builder: Builder): void {
  addEnums(builder);
  addRequest(builder);
  addState(builder);
  addTimes(builder);
}

function addEnums(builder: Builder): void {
  builder.enumType('JobStatus', {
    description: 'The status of a job. COMPLETED, FAILED and CANCELED are final.',
    values: {
      PENDING: { description: 'Stored, with credits held. The provider has not accepted it yet.' },
      QUEUED: { description: 'Accepted by the provider and waiting there.' },
      PROCESSING: { description: 'The provider is working on it.' },
      COMPLETED: { description: 'The video is ready and paid for.' },
      FAILED: { description: 'There is no video. `failure` says why, and the credits were returned.' },
      CANCELED: { description: 'Canceled before it was sent to the provider. The credits were returned.' },
    } satisfies Record<JobStatus, { description: string }>,
  });
  builder.enumType('AspectRatio', {
    description: 'The shape of a video, width to height.',
    values: {
      LANDSCAPE_16_9: { description: '16:9, the default.' },
      PORTRAIT_9_16: { description: '9:16, for phones held upright.' },
      SQUARE_1_1: { description: '1:1, square.' },
      LANDSCAPE_4_3: { description: '4:3.' },
      PORTRAIT_3_4: { description: '3:4.' },
    } satisfies Record<AspectRatio, { description: string }>,
  });
}

function addRequest(builder: Builder): void {
  builder.objectType('Job', {
    description: 'One video generation: its input, its current state, its cost and its result.',
    interfaces: ['Node'],
    fields: (t) => ({
      id: t.id({
        description: "Opaque global id. Pass it to `job(id)`, `node(id)` and wherever a job's id is needed.",
        resolve: (job) => idOf('Job', job.id),
      }),
      environment: t.expose('environment', {
        type: 'Environment',
        description: 'The environment in which the job runs.',
      }),
      prompt: t.string({
        description: 'The prompt, exactly as given; empty once the job was deleted.',
        resolve: ({ prompt, deletedAt }) => (deletedAt === null ? prompt : ''),
      }),
      aspectRatio: t.expose('aspectRatio', { type: 'AspectRatio', description: 'The requested shape of the video.' }),
      seed: t.expose('seed', {
        type: 'SafeInt',
        description: 'The requested seed; -1 lets the provider pick one.',
      }),
      externalId: t.exposeString('externalId', {
        nullable: true,
        description: "The caller's own reference. It need not be unique.",
      }),
      retryOf: t.field({
        type: 'Job',
        nullable: true,
        description: 'The job that this one retries; null if it is not a retry.',
        resolve: ({ retryOf }, _args, context) =>
          retryOf === null ? null : context.gateway.job(viewerOf(context), retryOf),
      }),
    }),
  });
}

function addState(builder: Builder): void {
  builder.objectFields('Job', (t) => ({
    status: t.field({
      type: 'JobStatus',
      description: 'The current status.',
      resolve: (job) => statusOf(job.state),
    }),
    version: t.exposeInt('version', {
      description:
        'Grows by one with every change of state, and when a late video arrives. Ignore an update whose version is lower than ' +
        'the one you have; the same version again carries newer progress.',
    }),
    progress: t.field({
      type: 'JobProgress',
      description: 'How far the job is, estimated at each read. It does not change `version`.',
      resolve: (job, _args, context) => context.gateway.progress(job),
    }),
    videoUrl: t.field({
      type: 'URL',
      description:
        'Where the video is or will be, known from the first moment: put it into `<video src>` or a link at once. Until the video is ' +
        'there it answers 404 with Retry-After. It is the same for ever; where links are signed, only its path is.',
      resolve: (job, _args, context) => context.gateway.videoUrl(job),
    }),
    video: t.field({
      type: 'Video',
      nullable: true,
      description: 'The finished video; null unless the job is COMPLETED.',
      resolve: (job, _args, context) => (job.video === null ? null : context.gateway.shownVideo(job)),
    }),
    failure: t.field({
      type: 'Failure',
      nullable: true,
      description: 'Why the job failed; null unless it is FAILED.',
      resolve: (job) => failureOf(job),
    }),
    lateVideo: t.field({
      type: 'Video',
      nullable: true,
      resolve: (job, _args, context) => (job.lateVideo === null ? null : context.gateway.shownVideo(job)),
      description:
        'A video that arrived after the gateway had given up on the job. It is kept for the owner and never charged. The ' +
        'job stays FAILED; `version` grows by one, and `jobEvents` has an item. Null if there is none.',
    }),
    charge: t.field({
      type: 'Charge',
      description: 'What the job costs, and whether it has been paid.',
      resolve: (job) => job,
    }),
    failedPolls: t.exposeInt('failedPolls', {
      description:
        'How many polls of the provider brought no answer about the job so far, also those that a good one followed. The gateway polls ' +
        'on after each. It does not change `version`.',
    }),
    seedUsed: t.expose('seedUsed', {
      type: 'SafeInt',
      nullable: true,
      description: 'The seed that the provider reported; null if it reported none.',
    }),
  }));
}

function addTimes(builder: Builder): void {
  builder.objectFields('Job', (t) => ({
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the job was stored.' }),
    submittedAt: t.expose('submittedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the provider accepted the job; null until then.',
    }),
    resendAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When the gateway sends the job to the provider again; null unless the provider did not take it and it waits for that. The ' +
        'newest of `events` says why.',
      resolve: resendAt,
    }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the gateway first saw the provider working on the job; null if it never did.',
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the job ended; null until then.',
    }),
    deletedAt: t.expose('deletedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its prompt, reference and video were removed for good; null while they are kept.',
    }),
    deadlineAt: t.expose('deadlineAt', {
      type: 'DateTime',
      description:
        'When the gateway gives up on the job. It is counted from `createdAt` at first, and from `submittedAt` once the ' +
        'provider has accepted the job.',
    }),
    events: t.field({
      type: 'JobEventConnection',
      description: 'Everything that happened to the job, oldest first.',
      args: {
        first: t.arg.int({ defaultValue: 50, description: 'How many events to return: 0 to 100.' }),
        after: t.arg.string({ description: 'Return only events after this cursor.' }),
      },
      resolve: (job, args, context) => readEvents(context, job, args),
    }),
  }));
}
