import { type Failure, isRetryable } from '../src/domain/failure.ts';
import type { JobFailureCode } from '../src/domain/failure-code.ts';
import type { Builder } from './builder.ts';
import { addBudgetExceeded } from './failure-budget.ts';
import { addFailureCode } from './failure-code.ts';
import { addInsufficientCredits } from './failure-credits.ts';
import { addProviderFailures } from './failure-provider.ts';

/** The GraphQL type of each failure that a command returns, by kind. */
const commandTypes = {
  invalidInput: 'InvalidInputError',
  insufficientCredits: 'InsufficientCreditsError',
  budgetExceeded: 'BudgetExceededError',
  idempotencyConflict: 'IdempotencyConflictError',
  grantConflict: 'GrantConflictError',
  rateLimited: 'RateLimitedError',
  notFound: 'NotFoundError',
  jobState: 'JobStateError',
} as const satisfies Record<Exclude<Failure['kind'], 'job'>, `${string}Error`>;

/** The GraphQL type of each failure that a job ends with, by code. */
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

/** The name of the GraphQL type that represents a failure. */
export function failureTypeOf(failure: Failure): string {
  return failure.kind === 'job' ? jobTypes[failure.code] : commandTypes[failure.kind];
}

type CommandKind = keyof typeof commandTypes;

type FailureType = (typeof commandTypes)[CommandKind] | (typeof jobTypes)[JobFailureCode];

/**
 * The failure members of a result union: the given kinds, which the command itself returns, and every failure that a job can end with,
 * because a job may end while the mutation waits for it.
 */
export function jobResultTypes(kinds: Readonly<Partial<Record<CommandKind, true>>>): FailureType[] {
  const own = Object.entries(commandTypes).flatMap(([kind, type]) => (kind in kinds ? [type] : []));
  return [...new Set<FailureType>([...own, ...Object.values(jobTypes)])];
}

/** Adds Failure and every type that implements it. */
export function addFailure(builder: Builder): void {
  addFailureCode(builder);
  builder.interfaceType('Failure', {
    description:
      'An expected failure. Select `... on Failure` in every operation: result unions may gain members, and every member ' +
      'except the success implements it.',
    fields: (t) => ({
      code: t.expose('code', { type: 'FailureCode', description: 'The machine-readable reason.' }),
      message: t.exposeString('message', { description: 'A sentence to show to a person.' }),
      retryable: t.boolean({
        description:
          'Whether trying again without changes may succeed. True for RATE_LIMITED, PROVIDER_UNAVAILABLE, PROVIDER_TIMEOUT, ' +
          'PROVIDER_BAD_OUTPUT, PROVIDER_JOB_LOST, GENERATION_FAILED, SUBMISSION_UNCONFIRMED, DEADLINE_EXCEEDED, and ' +
          'INSUFFICIENT_CREDITS with scope PROVIDER.',
        resolve: isRetryable,
      }),
    }),
    resolveType: failureTypeOf,
  });

  addInputFailures(builder);
  addStateFailures(builder);
  addInsufficientCredits(builder);
  addBudgetExceeded(builder);
  addProviderFailures(builder);
}

function addInputFailures(builder: Builder): void {
  builder.objectType('InvalidInputError', {
    description: 'Something in the input is not allowed. Nothing was stored.',
    interfaces: ['Failure'],
    fields: (t) => ({
      issues: t.expose('issues', { type: ['InputIssue'], description: 'Every problem with the input.' }),
    }),
  });
  builder.objectType('InputIssue', {
    description: 'One problem with the input.',
    fields: (t) => ({
      path: t.exposeStringList('path', { description: 'Where the problem is in the input, such as ["prompt"].' }),
      message: t.exposeString('message', { description: 'A sentence to show to a person.' }),
    }),
  });
  builder.objectType('IdempotencyConflictError', {
    description: 'The idempotency key was already used for a job with different input.',
    interfaces: ['Failure'],
    fields: (t) => ({
      job: t.expose('job', { type: 'Job', description: 'The job that the key was first used for.' }),
    }),
  });
  builder.objectType('GrantConflictError', {
    description: 'The idempotency key was already used for a different grant.',
    interfaces: ['Failure'],
    fields: (t) => ({
      entry: t.expose('entry', { type: 'LedgerEntry', description: 'The grant that the key was first used for.' }),
    }),
  });
}

function addStateFailures(builder: Builder): void {
  builder.objectType('RateLimitedError', {
    description: 'Too many jobs in a minute, or too many at once. Nothing was stored.',
    interfaces: ['Failure'],
    fields: (t) => ({
      retryAfterSeconds: t.exposeInt('retryAfterSeconds', {
        description: 'How many seconds to wait before trying again.',
      }),
    }),
  });
  builder.objectType('NotFoundError', {
    description: 'It does not exist, or it is not yours: the two look the same.',
    interfaces: ['Failure'],
  });
  builder.objectType('JobStateError', {
    description: "The job's state does not allow this.",
    interfaces: ['Failure'],
    fields: (t) => ({
      job: t.expose('job', { type: 'Job', description: 'The job in its current state.' }),
    }),
  });
}
