import { type Failure, isRetryable } from '../src/domain/failure.ts';
import type { JobFailureCode } from '../src/domain/failure-code.ts';
import type { Builder } from './builder.ts';
import { addFailureCode } from './failure-code.ts';
import { addInsufficientCredits } from './failure-credits.ts';
import { addProviderFailures } from './failure-provider.ts';

/** The type that shows each failure of a verb, by its kind. */
const verbTypes = {
  invalidInput: 'InvalidInputError',
  insufficientCredits: 'InsufficientCreditsError',
  idempotencyConflict: 'IdempotencyConflictError',
  grantConflict: 'GrantConflictError',
  rateLimited: 'RateLimitedError',
  notFound: 'NotFoundError',
  jobState: 'JobStateError',
} as const satisfies Record<Exclude<Failure['kind'], 'job'>, `${string}Error`>;

/** The type that shows each failure of a job, by its code. */
const jobTypes = {
  INSUFFICIENT_CREDITS: 'InsufficientCreditsError',
  PROVIDER_BAD_REQUEST: 'ProviderError',
  PROVIDER_UNAUTHORIZED: 'ProviderError',
  PROVIDER_FORBIDDEN: 'ProviderError',
  PROVIDER_WORKFLOW_NOT_FOUND: 'ProviderError',
  PROVIDER_UNAVAILABLE: 'ProviderError',
  PROVIDER_TIMEOUT: 'ProviderError',
  PROVIDER_BAD_OUTPUT: 'ProviderError',
  PROVIDER_JOB_LOST: 'ProviderError',
  GENERATION_FAILED: 'GenerationFailedError',
  CONTENT_REJECTED: 'ContentRejectedError',
  SUBMISSION_UNCONFIRMED: 'SubmissionUnconfirmedError',
  DEADLINE_EXCEEDED: 'DeadlineExceededError',
} as const satisfies Record<JobFailureCode, `${string}Error`>;

/** The type that shows a failure. */
export function failureTypeOf(failure: Failure): string {
  return failure.kind === 'job' ? jobTypes[failure.code] : verbTypes[failure.kind];
}

type VerbKind = keyof typeof verbTypes;

type FailureType = (typeof verbTypes)[VerbKind] | (typeof jobTypes)[JobFailureCode];

/**
 * The members of a result union that stand for failures: of the kinds that the verb returns, and of every failure that a job can end with,
 * since a job may end while the mutation waits.
 */
export function jobResultTypes(kinds: Readonly<Partial<Record<VerbKind, true>>>): FailureType[] {
  const own = Object.entries(verbTypes).flatMap(([kind, type]) => (kind in kinds ? [type] : []));
  return [...new Set<FailureType>([...own, ...Object.values(jobTypes)])];
}

/** Adds Failure and everything that implements it. */
export function addFailure(builder: Builder): void {
  addFailureCode(builder);
  builder.interfaceType('Failure', {
    description:
      'Every expected failure. Select it in every operation: result unions may gain members, and every member that is not the success implements it.',
    fields: (t) => ({
      code: t.expose('code', { type: 'FailureCode', description: 'What went wrong, for a program to tell.' }),
      message: t.exposeString('message', { description: 'A sentence for a person.' }),
      retryable: t.boolean({
        description:
          'Whether trying again, unchanged, may succeed: RATE_LIMITED, PROVIDER_UNAVAILABLE, PROVIDER_TIMEOUT, PROVIDER_BAD_OUTPUT, PROVIDER_JOB_LOST, GENERATION_FAILED, SUBMISSION_UNCONFIRMED, DEADLINE_EXCEEDED, and INSUFFICIENT_CREDITS of scope PROVIDER.',
        resolve: isRetryable,
      }),
    }),
    resolveType: failureTypeOf,
  });

  addInputFailures(builder);
  addStateFailures(builder);
  addInsufficientCredits(builder);
  addProviderFailures(builder);
}

function addInputFailures(builder: Builder): void {
  builder.objectType('InvalidInputError', {
    description: 'The input is out of bounds, and nothing was stored.',
    interfaces: ['Failure'],
    fields: (t) => ({
      issues: t.expose('issues', { type: ['InputIssue'], description: 'Everything that is out of bounds.' }),
    }),
  });
  builder.objectType('InputIssue', {
    description: 'One thing that is wrong with the input.',
    fields: (t) => ({
      path: t.exposeStringList('path', { description: 'From the operation\'s input, such as ["prompt"].' }),
      message: t.exposeString('message', { description: 'A sentence for a person.' }),
    }),
  });
  builder.objectType('IdempotencyConflictError', {
    description: 'The idempotency key already stands for a job that was asked for differently.',
    interfaces: ['Failure'],
    fields: (t) => ({
      job: t.expose('job', { type: 'Job', description: 'The job that the key already stands for.' }),
    }),
  });
  builder.objectType('GrantConflictError', {
    description: 'The key already stands for another grant.',
    interfaces: ['Failure'],
    fields: (t) => ({
      entry: t.expose('entry', { type: 'LedgerEntry', description: 'What the key was first used for.' }),
    }),
  });
}

function addStateFailures(builder: Builder): void {
  builder.objectType('RateLimitedError', {
    description: 'Too many jobs in a minute, or too many at once; nothing was stored.',
    interfaces: ['Failure'],
    fields: (t) => ({
      retryAfterSeconds: t.exposeInt('retryAfterSeconds', { description: 'When asking again is worth it.' }),
    }),
  });
  builder.objectType('NotFoundError', {
    description: 'No such job, or not yours: the two look the same.',
    interfaces: ['Failure'],
  });
  builder.objectType('JobStateError', {
    description: 'The job is not in a state that allows this.',
    interfaces: ['Failure'],
    fields: (t) => ({
      job: t.expose('job', { type: 'Job', description: 'The job, as it stands.' }),
    }),
  });
}
