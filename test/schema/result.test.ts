import { describe, expect, it } from 'vitest';
import {
  type Failure,
  failureOf,
  idempotencyConflict,
  insufficientCredits,
  invalidInput,
  jobStateFailure,
  notFound,
  rateLimited,
} from '../../src/domain/failure.ts';
import { type JobFailureCode, jobFailure } from '../../src/domain/failure-code.ts';
import type { Job } from '../../src/domain/job.ts';
import type { Gateway, GenerateResult, Viewer } from '../../src/gateway/gateway.ts';
import type { VideoRequest } from '../../src/gateway/input.ts';
import { sampleJob } from '../domain/sample.ts';
import { opaque, run, sampleAccount, uuidOf } from './world.ts';

const job = sampleJob({ id: uuidOf(1) });

const id = opaque(`Job:${job.id}`);

function failed(code: JobFailureCode, httpStatus: number | null = null): Job {
  return sampleJob({ id: uuidOf(1), state: 'FAILED', failure: jobFailure(code, httpStatus) });
}

function refused(code: JobFailureCode, httpStatus: number | null = null) {
  const failure = failureOf(failed(code, httpStatus), true);
  if (failure === null) throw new Error('A FAILED job has a failure.');
  return failure;
}

const everything = `
  __typename
  ...on Failure { code message retryable }
  ...on InvalidInputError { issues { path message } }
  ...on InsufficientCreditsError { scope required available held failedJob { id status } }
  ...on IdempotencyConflictError { job { id } }
  ...on RateLimitedError { retryAfterSeconds }
  ...on ProviderError { httpStatus failedJob { id status } }
  ...on SubmissionUnconfirmedError { httpStatus failedJob { id status } }
  ...on GenerationFailedError { failedJob { id status } }
  ...on ContentRejectedError { httpStatus failedJob { id status } }
  ...on DeadlineExceededError { failedJob { id status } }
`;

const success = '...on GenerateVideoSuccess { replayed job { id status } account { balance held available } }';

const failedJob = { id, status: 'FAILED' };

type Row = readonly [result: GenerateResult, shown: Readonly<Record<string, unknown>>];

const rows: readonly Row[] = [
  [
    { kind: 'generated', job, replayed: true, account: async () => sampleAccount() },
    {
      __typename: 'GenerateVideoSuccess',
      replayed: true,
      job: { id, status: 'PENDING' },
      account: { balance: 1000, held: 67, available: 933 },
    },
  ],
  [
    invalidInput([{ path: ['prompt'], message: 'No.' }]),
    { __typename: 'InvalidInputError', retryable: false, issues: [{ path: ['prompt'], message: 'No.' }] },
  ],
  [
    insufficientCredits(67, 10, 60),
    {
      __typename: 'InsufficientCreditsError',
      retryable: false,
      scope: 'ACCOUNT',
      required: 67,
      available: 10,
      held: 60,
      failedJob: null,
    },
  ],
  [
    refused('INSUFFICIENT_CREDITS', 406),
    {
      __typename: 'InsufficientCreditsError',
      retryable: true,
      scope: 'PROVIDER',
      required: null,
      available: null,
      held: null,
      failedJob,
    },
  ],
  [idempotencyConflict(job), { __typename: 'IdempotencyConflictError', retryable: false, job: { id } }],
  [
    rateLimited('Slow down.', 12, 'jobs_per_minute'),
    { __typename: 'RateLimitedError', retryable: true, retryAfterSeconds: 12 },
  ],
  [refused('PROVIDER_BAD_REQUEST', 400), providerError(400, false)],
  [refused('PROVIDER_UNAUTHORIZED', 401), providerError(401, false)],
  [refused('PROVIDER_FORBIDDEN', 403), providerError(403, false)],
  [refused('PROVIDER_WORKFLOW_NOT_FOUND', 404), providerError(404, false)],
  [refused('PROVIDER_UNAVAILABLE', 500), providerError(500, true)],
  [
    refused('SUBMISSION_UNCONFIRMED'),
    { __typename: 'SubmissionUnconfirmedError', retryable: true, httpStatus: null, failedJob },
  ],
  [refused('GENERATION_FAILED'), { __typename: 'GenerationFailedError', retryable: true, failedJob }],
  [
    refused('CONTENT_REJECTED', 400),
    { __typename: 'ContentRejectedError', retryable: false, httpStatus: 400, failedJob },
  ],
  [refused('DEADLINE_EXCEEDED'), { __typename: 'DeadlineExceededError', retryable: true, failedJob }],
];

function providerError(httpStatus: number, retryable: boolean) {
  return { __typename: 'ProviderError', httpStatus, retryable, failedJob };
}

/** The fields that every failure has, of whatever type. */
function sharedBy(result: GenerateResult | Failure) {
  return result.kind === 'generated' ? {} : { code: result.code, message: result.message };
}

describe('generateVideo and retryJob', () => {
  it.each(rows)('return $kind $code as one member of the union', async (result, shown) => {
    const source = `mutation ($id: ID!) {
      generateVideo { ${everything} ${success} }
      retryJob(id: $id) { ${everything} ${success} }
    }`;
    const gateway = { generateVideo: async () => result, retryJob: async () => result };
    const whole = { ...sharedBy(result), ...shown };
    expect(await run(source, { gateway, variables: { id } })).toEqual({
      data: { generateVideo: whole, retryJob: whole },
    });
  });

  it('pass the input on unchanged, with null as null', async () => {
    const requests: VideoRequest[] = [];
    const generateVideo = async (_viewer: Viewer, request: VideoRequest) => {
      requests.push(request);
      return invalidInput([]);
    };
    const inputs = [
      '',
      '(input: {})',
      '(input: { aspectRatio: null, seed: null, prompt: null })',
      '(input: { aspectRatio: SQUARE_1_1, externalId: "x", idempotencyKey: "k", maxCredits: 0 })',
    ];
    for (const input of inputs)
      await run(`mutation { generateVideo${input} { __typename } }`, { gateway: { generateVideo } });
    expect(requests).toEqual([
      {},
      { aspectRatio: 'LANDSCAPE_16_9' },
      { aspectRatio: null, seed: null, prompt: null },
      { aspectRatio: 'SQUARE_1_1', externalId: 'x', idempotencyKey: 'k', maxCredits: 0 },
    ]);
  });

  it('hand the key and the cap of a retry on, or none', async () => {
    const asked: unknown[] = [];
    const retryJob: Gateway['retryJob'] = async (_viewer, key, request) => {
      asked.push(key, request);
      return notFound();
    };
    for (const more of ['', ', idempotencyKey: null', ', idempotencyKey: "k", maxCredits: 7']) {
      await run(`mutation ($id: ID!) { retryJob(id: $id${more}) { __typename } }`, {
        gateway: { retryJob },
        variables: { id },
      });
    }
    expect(asked).toEqual([
      job.id,
      {},
      job.id,
      { idempotencyKey: null },
      job.id,
      { idempotencyKey: 'k', maxCredits: 7 },
    ]);
  });
});

describe('cancelJob and retryJob', () => {
  it('return the job that is in the wrong state', async () => {
    const source = `mutation ($id: ID!) {
      cancelJob(id: $id) { __typename ...on JobStateError { code job { id } } }
      retryJob(id: $id) { __typename ...on JobStateError { code job { id } } }
    }`;
    const gateway = {
      cancelJob: async () => jobStateFailure('NOT_CANCELABLE', job),
      retryJob: async () => jobStateFailure('NOT_RETRYABLE', job),
    };
    expect((await run(source, { gateway, variables: { id } })).data).toEqual({
      cancelJob: { __typename: 'JobStateError', code: 'NOT_CANCELABLE', job: { id } },
      retryJob: { __typename: 'JobStateError', code: 'NOT_RETRYABLE', job: { id } },
    });
  });

  it('return the canceled job', async () => {
    const gateway = { cancelJob: async () => sampleJob({ id: job.id, state: 'CANCELED' }) };
    const source = 'mutation ($id: ID!) { cancelJob(id: $id) { ...on CancelJobSuccess { job { id status } } } }';
    const { data } = await run(source, { gateway, variables: { id } });
    expect(data).toEqual({ cancelJob: { job: { id, status: 'CANCELED' } } });
  });
});
