import { describe, expect, it } from 'vitest';
import { failureTable, type JobFailureCode, jobFailure } from '../../src/domain/failure-code.ts';
import type { Job, JobState } from '../../src/domain/job.ts';
import { progressOf } from '../../src/domain/progress.ts';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { sampleJob } from '../domain/sample.ts';
import { opaque, run, sampleAccount, sampleEntry, uuidOf } from './world.ts';

function knowing(...jobs: readonly Job[]): Partial<Gateway> {
  return { job: async (_viewer, id) => jobs.find((job) => job.id === id) ?? null };
}

/** Selects fields of a job. */
async function shown(job: Job, selection: string, gateway: Partial<Gateway> = knowing(job)) {
  const source = `query ($id: ID!) { job(id: $id) { ${selection} } }`;
  const result = await run(source, { gateway, variables: { id: opaque(`Job:${job.id}`) } });
  expect(result.errors).toBeUndefined();
  return result.data?.['job'];
}

describe('a job', () => {
  it('shows its whole row', async () => {
    const job = sampleJob({
      state: 'COMPLETED',
      version: 4,
      failedPolls: 2,
      externalId: 'order-7',
      video: { url: 'https://images.example/x.mp4', contentType: 'video/mp4', expiresAt: 9000 },
      createdAt: 1000,
      submittedAt: 2000,
      startedAt: 3000,
      finishedAt: 4000,
      deadlineAt: 5000,
    });
    const selection = `status version failedPolls environment prompt aspectRatio seed externalId videoUrl
      video { url contentType storage sourceUrl sourceExpiresAt expiresAt posterUrl byteSize sha256 }
      failure { code } lateVideo { url } charge { state credits } retryOf { id }
      createdAt submittedAt startedAt finishedAt deadlineAt deletedAt`;
    expect(await shown(job, selection)).toEqual({
      status: 'COMPLETED',
      version: 4,
      failedPolls: 2,
      environment: 'LIVE',
      prompt: '2 people in a business meeting',
      aspectRatio: 'LANDSCAPE_16_9',
      seed: 1_323_456,
      externalId: 'order-7',
      videoUrl: 'https://gate.example.com/videos/0123456789abcdef0123456789abcdef.mp4',
      video: {
        url: 'https://gate.example.com/videos/0123456789abcdef0123456789abcdef.mp4',
        contentType: 'video/mp4',
        storage: 'PROVIDER',
        sourceUrl: 'https://images.example/x.mp4',
        sourceExpiresAt: '1970-01-01T00:00:09.000Z',
        expiresAt: '1970-01-01T00:00:09.000Z',
        posterUrl: null,
        byteSize: null,
        sha256: null,
      },
      failure: null,
      lateVideo: null,
      charge: { state: 'CAPTURED', credits: 67 },
      retryOf: null,
      createdAt: '1970-01-01T00:00:01.000Z',
      submittedAt: '1970-01-01T00:00:02.000Z',
      startedAt: '1970-01-01T00:00:03.000Z',
      finishedAt: '1970-01-01T00:00:04.000Z',
      deadlineAt: '1970-01-01T00:00:05.000Z',
      deletedAt: null,
    });
  });

  it.each<[JobState, string, string]>([
    ['PENDING', 'PENDING', 'HELD'],
    ['SUBMITTING', 'PENDING', 'HELD'],
    ['QUEUED', 'QUEUED', 'HELD'],
    ['PROCESSING', 'PROCESSING', 'HELD'],
    ['COMPLETED', 'COMPLETED', 'CAPTURED'],
    ['FAILED', 'FAILED', 'RELEASED'],
    ['CANCELED', 'CANCELED', 'RELEASED'],
  ])('that is stored as %s has the status %s and its price is %s', async (state, status, charge) => {
    expect(await shown(sampleJob({ state }), 'status charge { state }')).toEqual({ status, charge: { state: charge } });
  });

  it('shows progress as the gateway computes it', async () => {
    const job = sampleJob({ state: 'QUEUED', submittedAt: 0 });
    const progress = progressOf({ ...job, completed: false }, 3000);
    const selection = 'progress { fraction elapsedSeconds remainingSeconds estimatedFinishAt overdue sampleSize }';
    expect(await shown(job, selection, { ...knowing(job), progress: () => progress })).toEqual({
      progress: { ...progress, estimatedFinishAt: new Date(progress.estimatedFinishAt ?? 0).toISOString() },
    });
  });

  it('leads to the job that it retries, if the viewer may see that one', async () => {
    const first = sampleJob({ id: uuidOf(1) });
    const retry = sampleJob({ id: uuidOf(2), retryOf: first.id });
    expect(await shown(retry, 'retryOf { id }', knowing(first, retry))).toEqual({
      retryOf: { id: opaque(`Job:${first.id}`) },
    });
    expect(await shown(retry, 'retryOf { id }', knowing(retry))).toEqual({ retryOf: null });
  });
});

describe('the failure of a job', () => {
  const types: Readonly<Record<JobFailureCode, string>> = {
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
  };
  const codes = Object.keys(failureTable).filter((code): code is JobFailureCode => code in types);

  it.each(codes)('%s has its type', async (code) => {
    const failure = jobFailure(code);
    const retryable = failureTable[code].retryable || code === 'INSUFFICIENT_CREDITS';
    const job = sampleJob({ state: 'FAILED', failure });
    expect(await shown(job, 'failure { __typename code message retryable }')).toEqual({
      failure: { __typename: types[code], code, message: failure.message, retryable },
    });
  });

  it('names the job again only if the provider had no credits', async () => {
    const selection = `id failure {
      ...on ProviderError { httpStatus failedJob { id } }
      ...on SubmissionUnconfirmedError { httpStatus failedJob { id } }
      ...on InsufficientCreditsError { scope required failedJob { id } }
    }`;
    const failedWith = (code: JobFailureCode, httpStatus: number) =>
      sampleJob({ state: 'FAILED', failure: jobFailure(code, httpStatus) });
    const id = opaque(`Job:${sampleJob().id}`);
    expect(await shown(failedWith('PROVIDER_FORBIDDEN', 403), selection)).toEqual({
      id,
      failure: { httpStatus: 403, failedJob: null },
    });
    expect(await shown(failedWith('SUBMISSION_UNCONFIRMED', 504), selection)).toEqual({
      id,
      failure: { httpStatus: 504, failedJob: null },
    });
    expect(await shown(failedWith('INSUFFICIENT_CREDITS', 406), selection)).toEqual({
      id,
      failure: { scope: 'PROVIDER', required: null, failedJob: { id } },
    });
  });
});

describe('the viewer', () => {
  it('is who the token names, with an account', async () => {
    const gateway: Partial<Gateway> = { ownAccount: async () => sampleAccount() };
    const source = '{ viewer { userId environment roles account { userId environment balance held available } } }';
    expect((await run(source, { gateway })).data).toEqual({
      viewer: {
        userId: 'ada',
        environment: 'TEST',
        roles: [],
        account: { userId: 'ada', environment: 'TEST', balance: 1000, held: 67, available: 933 },
      },
    });
  });

  it('sees in the ledger which jobs were paid for and what else moved the balance', async () => {
    const job = sampleJob({ id: uuidOf(1) });
    const capture = sampleEntry({
      number: 2,
      kind: 'CAPTURE',
      credits: -67,
      balanceAfter: 933,
      jobId: job.id,
      reason: null,
    });
    const gateway: Partial<Gateway> = {
      ...knowing(job),
      ownAccount: async () => sampleAccount(),
      ledger: async () => ({ items: [capture, sampleEntry()], hasNext: false, hasPrevious: false }),
    };
    const source =
      '{ viewer { account { ledger { edges { node { kind credits balanceAfter reason job { id } createdAt } } } } } }';
    const createdAt = '1970-01-01T00:00:00.000Z';
    const paid = {
      kind: 'CAPTURE',
      credits: -67,
      balanceAfter: 933,
      reason: null,
      job: { id: opaque(`Job:${job.id}`) },
    };
    const given = { kind: 'GRANT', credits: 1000, balanceAfter: 1000, reason: 'Sign-up', job: null };
    expect((await run(source, { gateway })).data).toEqual({
      viewer: { account: { ledger: { edges: [{ node: { ...paid, createdAt } }, { node: { ...given, createdAt } }] } } },
    });
  });

  it('can read the price', async () => {
    const quote = { credits: 67, affordable: true, typicalSeconds: 144.5, slowSeconds: 303 };
    const source = '{ quote { credits affordable typicalSeconds slowSeconds } }';
    expect((await run(source, { gateway: { quote: async () => quote } })).data).toEqual({ quote });
  });
});
