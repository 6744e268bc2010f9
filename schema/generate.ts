import type { Gateway } from '../src/gateway/gateway.ts';
import type { Builder } from './builder.ts';
import { viewerOf } from './context.ts';
import { failureTypeOf, jobResultTypes } from './failure.ts';
import { keyOf } from './id.ts';

/** The kinds of failure that a command returns in addition to those of jobs. */
type FailureKinds<Command extends 'generateVideo' | 'retryJob'> = Readonly<
  Record<Exclude<Awaited<ReturnType<Gateway[Command]>>['kind'], 'generated' | 'job'>, true>
>;

const generateFailures: FailureKinds<'generateVideo'> = {
  invalidInput: true,
  insufficientCredits: true,
  budgetExceeded: true,
  idempotencyConflict: true,
  rateLimited: true,
};

const retryFailures: FailureKinds<'retryJob'> = { ...generateFailures, notFound: true, jobState: true };

/** Adds generateVideo and retryJob, the two mutations that create jobs. */
export function addGenerate(builder: Builder): void {
  addSuccess(builder);
  addGenerateVideo(builder);
  addRetryJob(builder);
}

function addSuccess(builder: Builder): void {
  builder.objectType('GenerateVideoSuccess', {
    description:
      'The job is stored, and `job` shows its current state. It is still PENDING if the provider did not respond within ' +
      'about 4 seconds. It may have ended already, for example in a replay; `job.failure` then says why. Only a refused or ' +
      'unconfirmed submission is returned as a Failure member.',
    fields: (t) => ({
      job: t.expose('job', { type: 'Job', description: 'The job in its current state.' }),
      replayed: t.exposeBoolean('replayed', {
        description: 'True if an earlier call had already created this job.',
      }),
      account: t.field({
        type: 'CreditAccount',
        description: "The viewer's credits after the call.",
        resolve: ({ account }) => account(),
      }),
    }),
  });
}

function addGenerateVideo(builder: Builder): void {
  const Input = builder.inputType('GenerateVideoInput', {
    description:
      'The video to make. In every field, null means the default. Input that is not allowed gives an InvalidInputError, and ' +
      'nothing is stored.',
    fields: (t) => ({
      prompt: t.string({
        description:
          'What the video should show: 1 to 2000 Unicode code points, not only white space, sent unchanged. Default: "2 people ' +
          'in a business meeting".',
      }),
      aspectRatio: t.field({
        type: 'AspectRatio',
        defaultValue: 'LANDSCAPE_16_9',
        description: 'The shape of the video.',
      }),
      seed: t.field({
        type: 'SafeInt',
        description: 'The random seed: 0 to 2^53-1, or -1 to let the provider pick one. Default: 1323456.',
      }),
      idempotencyKey: t.string({
        description:
          'Makes repeated calls safe: use one key per intent, 1 to 255 printable ASCII characters. The same key with the same ' +
          '`prompt`, `aspectRatio`, `seed` and `externalId` (after defaults) returns the same job, or the same failure if its ' +
          'submission was refused. With different input it gives an IdempotencyConflictError. Keys are separate for each user ' +
          'and environment, shared with `retryJob`, and kept as long as the job. A call that stored no job does not use up its ' +
          'key. The key is checked before limits, price and credits.',
      }),
      externalId: t.string({ description: 'Your own reference, up to 255 characters. It need not be unique.' }),
      maxCredits: t.int({
        description:
          'The highest price you accept, 0 or more. If a video costs more, you get an InvalidInputError on ["maxCredits"] that ' +
          'names the price.',
      }),
    }),
  });
  const Result = builder.unionType('GenerateVideoResult', {
    description: 'The result of `generateVideo`.',
    types: ['GenerateVideoSuccess', ...jobResultTypes(generateFailures)],
    resolveType: (result) => (result.kind === 'generated' ? 'GenerateVideoSuccess' : failureTypeOf(result)),
  });
  builder.mutationField('generateVideo', (t) =>
    t.field({
      type: Result,
      description:
        'Requests a video: stores a job, holds its price and waits up to about 4 seconds for the provider to accept it.',
      args: { input: t.arg({ type: Input, required: true, defaultValue: {}, description: 'The video to make.' }) },
      resolve: (_root, { input }, context) => context.gateway.generateVideo(viewerOf(context), input),
    }),
  );
}

function addRetryJob(builder: Builder): void {
  const Result = builder.unionType('RetryJobResult', {
    description: 'The result of `retryJob`.',
    types: ['GenerateVideoSuccess', ...jobResultTypes(retryFailures)],
    resolveType: (result) => (result.kind === 'generated' ? 'GenerateVideoSuccess' : failureTypeOf(result)),
  });
  builder.mutationField('retryJob', (t) =>
    t.field({
      type: Result,
      description:
        'Creates a new job with the same input as a FAILED or CANCELED one, at the current price. Without a key a job has only ' +
        'one retry: calling again returns that retry, with `replayed` true.',
      args: {
        id: t.arg.id({ required: true, description: 'The id of the job to retry.' }),
        idempotencyKey: t.arg.string({ description: 'Works as in GenerateVideoInput, with which it shares its keys.' }),
        maxCredits: t.arg.int({
          description: 'Works as in GenerateVideoInput. Without it the cap of the retried job holds.',
        }),
      },
      resolve: (_root, { id, idempotencyKey, maxCredits }, context) =>
        context.gateway.retryJob(viewerOf(context), keyOf('Job', id), { idempotencyKey, maxCredits }),
    }),
  );
}
