import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type JobFailureCode, jobFailureCodes } from '../../../src/domain/failure-code.ts';
import { findJob, generate, watchFeed, watchJob } from '../../gateway/operations.ts';
import { makeFolder, request, startGateway, subscribe, type TestGateway } from '../../world/gateway.ts';

/** Every code that a job can fail with, and a prompt that makes it fail so. */
const promptOfCode = {
  INSUFFICIENT_CREDITS: '@test/submit:406',
  PROVIDER_BAD_REQUEST: '@test/submit:400',
  PROVIDER_UNAUTHORIZED: '@test/submit:401',
  PROVIDER_FORBIDDEN: '@test/submit:403',
  PROVIDER_WORKFLOW_NOT_FOUND: '@test/submit:404',
  PROVIDER_UNAVAILABLE: '@test/submit:500',
  PROVIDER_TIMEOUT: '@test/timeout',
  PROVIDER_BAD_OUTPUT: '@test/output:none',
  PROVIDER_JOB_LOST: '@test/lost',
  GENERATION_FAILED: '@test/fail',
  CONTENT_REJECTED: '@test/moderated',
  SUBMISSION_UNCONFIRMED: '@test/submit:502',
  DEADLINE_EXCEEDED: '@test/stuck:5s',
} satisfies Record<JobFailureCode, string>;

/** Every script of the sandbox, from outside. */
describe('the sandbox', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let gateway: TestGateway;

  beforeAll(async () => {
    folder = await makeFolder();
    gateway = await startGateway(folder.path, { USER_JOBS_PER_MINUTE: '1000' });
  }, 180_000);
  afterAll(async () => {
    await gateway.stop();
    await folder.remove();
  });

  async function start(prompt: string, input: Record<string, unknown> = {}) {
    const { data } = await request(gateway, generate, { input: { prompt, ...input } });
    return data.generateVideo;
  }

  async function endOf(id: unknown) {
    const updates = subscribe(gateway, watchJob, { id });
    const all = await updates.all();
    await updates.close();
    return all.map((item) => item.data.jobUpdated);
  }

  test.each([
    ['400', 'ProviderError', 'PROVIDER_BAD_REQUEST', 400],
    ['401', 'ProviderError', 'PROVIDER_UNAUTHORIZED', 401],
    ['403', 'ProviderError', 'PROVIDER_FORBIDDEN', 403],
    ['404', 'ProviderError', 'PROVIDER_WORKFLOW_NOT_FOUND', 404],
    ['410', 'ProviderError', 'PROVIDER_WORKFLOW_NOT_FOUND', 410],
    ['500', 'ProviderError', 'PROVIDER_UNAVAILABLE', 500],
    ['502', 'SubmissionUnconfirmedError', 'SUBMISSION_UNCONFIRMED', 502],
    ['504', 'SubmissionUnconfirmedError', 'SUBMISSION_UNCONFIRMED', 504],
    ['reset', 'SubmissionUnconfirmedError', 'SUBMISSION_UNCONFIRMED', null],
  ])('@test/submit:%s leads to %s, its credits released', async (word, type, code, httpStatus) => {
    const result = await start(`@test/submit:${word}`);
    expect(result).toMatchObject({
      __typename: type,
      code,
      httpStatus,
      failedJob: { status: 'FAILED', charge: { state: 'RELEASED' } },
    });
  });

  test('@test/submit:406 is the provider’s lack of credits, not the caller’s', async () => {
    expect(await start('@test/submit:406')).toMatchObject({
      __typename: 'InsufficientCreditsError',
      code: 'INSUFFICIENT_CREDITS',
      retryable: true,
      scope: 'PROVIDER',
      required: null,
      available: null,
      held: null,
      failedJob: { status: 'FAILED' },
    });
  });

  test.concurrent.each([
    ['@test/fail', 'FAILED', 'GenerationFailedError'],
    ['@test/moderated', 'FAILED', 'ContentRejectedError'],
    ['@test/timeout', 'FAILED', 'ProviderError'],
    ['@test/stuck:5s', 'FAILED', 'DeadlineExceededError'],
    ['@test/lost', 'FAILED', 'ProviderError'],
    ['@test/output:none', 'FAILED', 'ProviderError'],
    ['@test/output:string', 'COMPLETED', null],
    ['@test/output:double', 'COMPLETED', null],
    ['@test/output:object', 'COMPLETED', null],
    ['@test/output:url', 'COMPLETED', null],
  ])('%s ends %s', async (prompt, status, failureType) => {
    const started = await start(prompt);
    const last = (await endOf(started.job.id)).at(-1);
    expect(last?.status).toBe(status);
    expect(last?.failure?.__typename ?? null).toBe(failureType);
    expect(last?.charge.state).toBe(status === 'COMPLETED' ? 'CAPTURED' : 'RELEASED');
  });

  test.concurrent.each([
    ['@test/fail:The model lost its way.', 'GENERATION_FAILED', 'The model lost its way.'],
    [
      '@test/fail: Flagged by our content policy, second person ',
      'CONTENT_REJECTED',
      'Flagged by our content policy, second person',
    ],
    ['@test/fail:Not enough credits left', 'INSUFFICIENT_CREDITS', expect.stringContaining('run out of credits')],
  ])('%s fails with %s and these words', async (prompt, code, message) => {
    const started = await start(prompt);
    expect((await endOf(started.job.id)).at(-1)?.failure).toMatchObject({ code, message });
  });

  test('a prompt that says how long its video takes has an estimate of its own', async () => {
    const { job } = await start('@test/slow:240s');
    const updates = subscribe(
      gateway,
      'subscription ($id: ID!) { jobUpdated(id: $id) { status progress { remainingSeconds sampleSize } } }',
      {
        id: job.id,
      },
    );
    const shown = await updates.all((item) => item.data.jobUpdated.status === 'PROCESSING');
    await updates.close();
    const progress = shown.at(-1)?.data.jobUpdated.progress;
    expect(progress?.remainingSeconds).toBeGreaterThan(120);
    expect(progress?.remainingSeconds).toBeLessThan(242);
    expect(progress?.sampleSize).toBe(0);
  });

  const prompts = new Map(Object.entries(promptOfCode));

  test.concurrent.each(jobFailureCodes)('a prompt leads to %s', async (code) => {
    const started = await start(prompts.get(code) ?? '');
    const failure = started.job === undefined ? started : (await endOf(started.job.id)).at(-1)?.failure;
    expect(failure).toMatchObject({ code });
  });

  test.concurrent.each(['@test/poll:502', '@test/poll:html', '@test/poll:404', '@test/submit:429'])(
    '%s passes, and the video comes',
    async (prompt) => {
      const started = await start(prompt);
      expect(started.__typename).toBe('GenerateVideoSuccess');
      expect((await endOf(started.job.id)).at(-1)).toMatchObject({ status: 'COMPLETED' });
    },
    90_000,
  );
});

describe('a sandbox of its own', () => {
  test('@test/late:3s fails by its deadline, and its video is news a minute later', async () => {
    const folder = await makeFolder();
    const gateway = await startGateway(folder.path, {});
    const feed = subscribe(gateway, watchFeed);
    const { data } = await request(gateway, generate, { input: { prompt: '@test/late:3s' } });
    const { id } = data.generateVideo.job;
    const end = async () => {
      const updates = subscribe(gateway, watchJob, { id });
      const last = (await updates.all()).at(-1)?.data.jobUpdated;
      await updates.close();
      return last;
    };
    const failed = await end();
    expect(failed).toMatchObject({
      status: 'FAILED',
      failure: { code: 'DEADLINE_EXCEEDED' },
      charge: { state: 'RELEASED' },
    });
    expect((await request(gateway, findJob, { id })).data.job.lateVideo).toBeNull();

    const isNews = (version: number) => version > failed.version;
    const news = await feed.all((item) => item.data.jobEvents.job?.id === id && isNews(item.data.jobEvents.version));
    expect(news.at(-1)?.data.jobEvents).toMatchObject({ status: 'FAILED', version: failed.version + 1 });
    expect(await end()).toMatchObject({ status: 'FAILED', version: failed.version + 1 });
    const late = (await request(gateway, findJob, { id })).data.job;
    expect(late).toMatchObject({ lateVideo: { url: expect.stringContaining('.mp4') }, charge: { state: 'RELEASED' } });
    await feed.close();
    await gateway.stop();
    await folder.remove();
  }, 400_000);

  test('@test/pending:5s stays PENDING for that time, and is then accepted', async () => {
    const folder = await makeFolder();
    const gateway = await startGateway(folder.path, {});
    const { data } = await request(gateway, generate, { input: { prompt: '@test/pending:5s' } });
    const { id, status } = data.generateVideo.job;
    expect(status).toBe('PENDING');
    const updates = subscribe(gateway, watchJob, { id });
    const statuses = (await updates.all()).map((item) => item.data.jobUpdated.status);
    expect(new Set(statuses)).toEqual(new Set(['PENDING', 'QUEUED', 'PROCESSING', 'COMPLETED']));
    const cancelable = (await request(gateway, generate, { input: { prompt: '@test/pending' } })).data.generateVideo
      .job;
    const cancel = 'mutation ($id: ID!) { cancelJob(id: $id) { __typename } }';
    expect((await request(gateway, cancel, { id: cancelable.id })).data.cancelJob.__typename).toBe('CancelJobSuccess');
    await updates.close();
    await gateway.stop();
    await folder.remove();
  }, 400_000);
});
