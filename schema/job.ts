import { failureOf } from '../src/domain/failure.ts';
import { type AspectRatio, type JobStatus, statusOf } from '../src/domain/job.ts';
import type { Builder } from './builder.ts';
import { viewerOf } from './context.ts';
import { readEvents } from './event.ts';
import { idOf } from './id.ts';

/** Adds Job with the enums of its own. */
export function addJob(builder: Builder): void {
  addEnums(builder);
  addWish(builder);
  addState(builder);
  addTimes(builder);
}

function addEnums(builder: Builder): void {
  builder.enumType('JobStatus', {
    description: 'Where a job stands. COMPLETED, FAILED and CANCELED are for good.',
    values: {
      PENDING: { description: 'Stored, credits held, not yet accepted by the provider.' },
      QUEUED: { description: 'Accepted by the provider, waiting there.' },
      PROCESSING: { description: 'The provider is working on it.' },
      COMPLETED: { description: 'The video is there, and paid for.' },
      FAILED: { description: 'There is no video; failure says why, and the credits went back.' },
      CANCELED: { description: 'Canceled before it was sent; the credits went back.' },
    } satisfies Record<JobStatus, { description: string }>,
  });
  builder.enumType('AspectRatio', {
    description: 'The shape of a video, width before height.',
    values: {
      LANDSCAPE_16_9: { description: '16:9, the default.' },
      PORTRAIT_9_16: { description: '9:16, for phones held upright.' },
      SQUARE_1_1: { description: '1:1.' },
      LANDSCAPE_4_3: { description: '4:3.' },
      PORTRAIT_3_4: { description: '3:4.' },
    } satisfies Record<AspectRatio, { description: string }>,
  });
}

function addWish(builder: Builder): void {
  builder.objectType('Job', {
    description: 'One video generation: what was asked, where it stands, what it cost and what came of it.',
    interfaces: ['Node'],
    fields: (t) => ({
      id: t.id({
        description: 'Opaque; serves in job(id), node(id) and wherever a job is asked for.',
        resolve: (job) => idOf('Job', job.id),
      }),
      environment: t.expose('environment', { type: 'Environment', description: 'Where it runs.' }),
      prompt: t.exposeString('prompt', { description: 'What the video was to show, as given.' }),
      aspectRatio: t.expose('aspectRatio', { type: 'AspectRatio', description: 'The shape that was asked for.' }),
      seed: t.expose('seed', {
        type: 'SafeInt',
        description: 'The seed that was asked for; -1 where the provider was to pick one.',
      }),
      externalId: t.exposeString('externalId', {
        nullable: true,
        description: "The caller's own reference, unique to nothing.",
      }),
      retryOf: t.field({
        type: 'Job',
        nullable: true,
        description: 'The job that this one tries again.',
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
      description: 'Where it stands.',
      resolve: (job) => statusOf(job.state),
    }),
    version: t.exposeInt('version', {
      description:
        'Grows by one with every change of state. A client drops what has a lower version than it has seen; the same version again carries newer progress.',
    }),
    progress: t.field({
      type: 'JobProgress',
      description: 'Computed at each read; not part of version.',
      resolve: (job, _args, context) => context.gateway.progress(job),
    }),
    video: t.expose('video', { type: 'Video', nullable: true, description: 'Set once COMPLETED.' }),
    failure: t.field({
      type: 'Failure',
      nullable: true,
      description: 'Set once FAILED.',
      resolve: (job) => failureOf(job),
    }),
    lateVideo: t.expose('lateVideo', {
      type: 'Video',
      nullable: true,
      description: 'Arrived after the gateway had given up on the deadline: kept for the owner, never charged.',
    }),
    charge: t.field({ type: 'Charge', description: 'What it costs.', resolve: (job) => job }),
  }));
}

function addTimes(builder: Builder): void {
  builder.objectFields('Job', (t) => ({
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was stored.' }),
    submittedAt: t.expose('submittedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the provider accepted it.',
    }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the provider was first seen working on it; null where it went by unseen.',
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it came to its end; null before.',
    }),
    deadlineAt: t.expose('deadlineAt', {
      type: 'DateTime',
      description:
        'When the gateway gives up on it: counted from createdAt until the provider accepts it, then anew from submittedAt.',
    }),
    events: t.field({
      type: 'JobEventConnection',
      description: 'Everything that happened to it, oldest first.',
      args: {
        first: t.arg.int({ defaultValue: 50, description: '0 to 100.' }),
        after: t.arg.string({ description: 'The cursor of an edge of this list: what follows it.' }),
      },
      resolve: (job, args, context) => readEvents(context, job, args),
    }),
  }));
}
