import type { Gateway } from '../src/gateway/gateway.ts';
import type { Builder } from './builder.ts';
import { viewerOf } from './context.ts';
import { failureTypeOf, jobResultTypes } from './failure.ts';
import { keyOf } from './id.ts';

/** The kinds of failure that a verb returns beside those of jobs. */
type FailureKinds<Verb extends 'generateVideo' | 'retryJob'> = Readonly<
  Record<Exclude<Awaited<ReturnType<Gateway[Verb]>>['kind'], 'generated' | 'job'>, true>
>;

const generateFailures: FailureKinds<'generateVideo'> = {
  invalidInput: true,
  insufficientCredits: true,
  idempotencyConflict: true,
  rateLimited: true,
};

const retryFailures: FailureKinds<'retryJob'> = { ...generateFailures, notFound: true, jobState: true };

/** Adds the two mutations that make jobs. */
export function addGenerate(builder: Builder): void {
  addSuccess(builder);
  addGenerateVideo(builder);
  addRetryJob(builder);
}

function addSuccess(builder: Builder): void {
  builder.objectType('GenerateVideoSuccess', {
    description:
      'The job is stored and stands as job says: still PENDING where the provider had not answered within about 4 seconds; ended where it ended meanwhile (job.failure says why) or where this is a replay. Only a refused or unconfirmed submission is returned as a Failure member.',
    fields: (t) => ({
      job: t.expose('job', { type: 'Job', description: 'The job, as it stands.' }),
      replayed: t.exposeBoolean('replayed', {
        description: 'True where the idempotency key had already made this job.',
      }),
      account: t.field({
        type: 'CreditAccount',
        description: "The viewer's credits after it.",
        resolve: ({ account }) => account(),
      }),
    }),
  });
}

function addGenerateVideo(builder: Builder): void {
  const Input = builder.inputType('GenerateVideoInput', {
    description:
      'In every field null means the default. What is out of bounds is an InvalidInputError, with nothing stored.',
    fields: (t) => ({
      prompt: t.string({
        description:
          'Default: "2 people in a business meeting". 1 to 2000 Unicode code points, not only white space, sent as given.',
      }),
      aspectRatio: t.field({
        type: 'AspectRatio',
        defaultValue: 'LANDSCAPE_16_9',
        description: 'The shape of the video.',
      }),
      seed: t.field({ type: 'SafeInt', description: 'Default: 1323456. 0 to 2^53-1, or -1: the provider picks one.' }),
      idempotencyKey: t.string({
        description:
          '1 to 255 printable ASCII characters, one per intent, kept as long as the job. The same user, environment and key with the same prompt, aspectRatio, seed and externalId (after defaults) is the same job, and where its submission was refused the same failure again; with anything else it is an IdempotencyConflictError. A call that stored no job does not bind its key. Looked up before limits, price and credits. retryJob shares the key space.',
      }),
      externalId: t.string({ description: 'Up to 255 characters.' }),
      maxCredits: t.int({
        description: '0 or more. Where a video costs more: InvalidInputError on ["maxCredits"], naming the price.',
      }),
    }),
  });
  const Result = builder.unionType('GenerateVideoResult', {
    description: 'What comes of generateVideo.',
    types: ['GenerateVideoSuccess', ...jobResultTypes(generateFailures)],
    resolveType: (result) => (result.kind === 'generated' ? 'GenerateVideoSuccess' : failureTypeOf(result)),
  });
  builder.mutationField('generateVideo', (t) =>
    t.field({
      type: Result,
      description:
        'Asks for a video: stores a job, holds its price and waits about 4 seconds for the provider to take it.',
      args: { input: t.arg({ type: Input, required: true, defaultValue: {}, description: 'What to make.' }) },
      resolve: (_root, { input }, context) => context.gateway.generateVideo(viewerOf(context), input),
    }),
  );
}

function addRetryJob(builder: Builder): void {
  const Result = builder.unionType('RetryJobResult', {
    description: 'What comes of retryJob.',
    types: ['GenerateVideoSuccess', ...jobResultTypes(retryFailures)],
    resolveType: (result) => (result.kind === 'generated' ? 'GenerateVideoSuccess' : failureTypeOf(result)),
  });
  builder.mutationField('retryJob', (t) =>
    t.field({
      type: Result,
      description:
        "A new job with the same input as a FAILED or CANCELED one, at today's price. Without a key a job has one retry: asking again returns it, replayed.",
      args: {
        id: t.arg.id({ required: true, description: 'Of the job to try again.' }),
        idempotencyKey: t.arg.string({ description: 'As in GenerateVideoInput, from the same key space.' }),
      },
      resolve: (_root, { id, idempotencyKey }, context) =>
        context.gateway.retryJob(viewerOf(context), keyOf('Job', id), idempotencyKey ?? null),
    }),
  );
}
