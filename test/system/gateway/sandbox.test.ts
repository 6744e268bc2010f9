import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generate, watchJob } from '../../gateway/operations.ts';
import { makeFolder, request, startGateway, subscribe, type TestGateway } from '../../world/gateway.ts';

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
