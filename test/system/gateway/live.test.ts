import { afterEach, describe, expect, test, vi } from 'vitest';
import { apiKey, openLive } from '../../gateway/live-world.ts';
import { findJob, generate, watchJob } from '../../gateway/operations.ts';
import { type Loose, request, subscribe } from '../../world/gateway.ts';
import { respond } from '../../world/provider.ts';

/** A gateway with a provider key and tokens, and a test provider over real HTTP. */
describe('a gateway with a provider', () => {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });
  const open = (settings: Record<string, string> = {}) => openLive(closers, settings);

  test('uses it from the POST to the video, with its key, which appears nowhere', async () => {
    const { provider, gateway, ada } = await open();
    const { data } = await request(
      gateway,
      generate,
      { input: { prompt: 'Two people', aspectRatio: 'PORTRAIT_9_16', seed: 7 } },
      ada,
    );
    expect(data.generateVideo).toMatchObject({ job: { status: 'QUEUED', environment: 'LIVE' } });
    const updates = subscribe(gateway, watchJob, { id: data.generateVideo.job.id }, ada);
    const last = (await updates.all()).at(-1)?.data.jobUpdated;
    await updates.close();
    expect(last).toMatchObject({ status: 'COMPLETED', video: { contentType: 'video/mp4' } });
    expect(provider.submissions).toMatchObject([
      { prompt: 'Two people', seed: '7', headers: { authorization: `Bearer ${apiKey}` } },
    ]);
    expect(JSON.stringify(last) + gateway.output()).not.toContain(apiKey);
  });

  test('the provider’s 406 is the operator’s problem: a type of its own, free, and an error in the log', async () => {
    const { provider, gateway, ada } = await open();
    provider.script = {
      submit: (_submission, response) => respond(response, 406, { error: 'You have 0.12 credits, not enough' }),
    };
    const { data } = await request(gateway, generate, {}, ada);
    expect(data.generateVideo).toMatchObject({
      __typename: 'InsufficientCreditsError',
      scope: 'PROVIDER',
      failedJob: { charge: { state: 'RELEASED' } },
    });
    expect(JSON.stringify(data)).not.toContain('0.12');
    await vi.waitFor(() => expect(gateway.output()).toContain('"event":"operator-trouble"'), { timeout: 60_000 });
  });

  test('a failure inside a 2xx is a failure of the mutation, with the provider’s reason', async () => {
    const { provider, gateway, ada } = await open();
    provider.script = {
      submit: (_submission, response) => respond(response, 200, { status: 'FAILED', error: 'invalid prompt' }),
    };
    const { data } = await request(gateway, generate, { input: { idempotencyKey: 'k' } }, ada);
    expect(data.generateVideo).toMatchObject({
      __typename: 'GenerationFailedError',
      code: 'GENERATION_FAILED',
      message: 'invalid prompt',
      failedJob: { status: 'FAILED', charge: { state: 'RELEASED' } },
    });
    expect((await request(gateway, generate, { input: { idempotencyKey: 'k' } }, ada)).data).toEqual(data);
    const retry = `mutation ($id: ID!) { retryJob(id: $id) {
      __typename ... on Failure { code message } ... on GenerationFailedError { failedJob { retryOf { id } } }
    } }`;
    const { id } = data.generateVideo.failedJob;
    const retried = await request(gateway, retry, { id }, ada);
    expect(retried.data.retryJob).toMatchObject({ message: 'invalid prompt', failedJob: { retryOf: { id } } });
    expect(await request(gateway, retry, { id }, ada)).toEqual(retried);
    expect(provider.submissions).toHaveLength(2);
  });

  test('a deadline that passes while the mutation waits is its failure', async () => {
    const { provider, gateway, ada } = await open({ JOB_DEADLINE_SECONDS: '1' });
    provider.script = {
      submit: (_submission, response) =>
        respond(response, 429, { error: 'Too many requests' }, { 'retry-after': '60' }),
    };
    const { data } = await request(gateway, generate, { input: { idempotencyKey: 'k' } }, ada);
    expect(data.generateVideo).toMatchObject({
      __typename: 'DeadlineExceededError',
      failedJob: { status: 'FAILED', charge: { state: 'RELEASED' } },
    });
    expect((await request(gateway, generate, { input: { idempotencyKey: 'k' } }, ada)).data).toEqual(data);
  });

  test('a POST is never sent again after a 502, and counts as unconfirmed', async () => {
    const { provider, gateway, ada } = await open();
    provider.script = {
      submit(_submission, response, accept) {
        accept();
        response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
        return true;
      },
    };
    const { data } = await request(gateway, generate, { input: { idempotencyKey: 'k' } }, ada);
    expect(data.generateVideo).toMatchObject({ __typename: 'SubmissionUnconfirmedError', httpStatus: 502 });
    expect((await request(gateway, generate, { input: { idempotencyKey: 'k' } }, ada)).data).toEqual(data);
    expect(provider.submissions).toHaveLength(1);
    await vi.waitFor(() => expect(gateway.output()).toContain('"event":"unconfirmed"'), { timeout: 60_000 });
  });

  test('a mutation returns PENDING after about 4 s if the provider hangs, and delays nobody', async () => {
    const { provider, gateway, ada } = await open();
    provider.script = { submit: (submission) => submission.prompt === 'hang' };
    const hanging = request(gateway, generate, { input: { prompt: 'hang' } }, ada);
    const other = await request(gateway, generate, { input: { prompt: 'other' } }, ada);
    expect(other.data.generateVideo.job.status).toBe('QUEUED');
    expect((await hanging).data.generateVideo).toMatchObject({
      __typename: 'GenerateVideoSuccess',
      job: { status: 'PENDING' },
    });
  });

  test('a deadline ends a job and releases its credits, and a video that comes later is kept', async () => {
    const { gateway, provider, ada } = await open({ JOB_DEADLINE_SECONDS: '1' });
    provider.script = { poll: (_job, response) => respond(response, 200, { status: 'PROCESSING', output: '' }) };
    const { data } = await request(gateway, generate, {}, ada);
    const updates = subscribe(gateway, watchJob, { id: data.generateVideo.job.id }, ada);
    expect((await updates.all()).at(-1)?.data.jobUpdated).toMatchObject({
      status: 'FAILED',
      failure: { __typename: 'DeadlineExceededError' },
      charge: { state: 'RELEASED' },
    });
  });

  test('a job that a 429 delays can be canceled, permanently', async () => {
    const { gateway, provider, ada } = await open();
    provider.script = {
      submit: (_submission, response) =>
        respond(response, 429, { error: 'Too many requests' }, { 'retry-after': '60' }),
    };
    const pending = await request(gateway, generate, {}, ada);
    expect(pending.data.generateVideo).toMatchObject({ job: { status: 'PENDING' } });
    const cancel = `mutation ($id: ID!) { cancelJob(id: $id) { __typename
        ... on CancelJobSuccess { job { status charge { state } } } ... on JobStateError { code } } }`;
    const { id } = pending.data.generateVideo.job;
    const canceled = { __typename: 'CancelJobSuccess', job: { status: 'CANCELED', charge: { state: 'RELEASED' } } };
    expect((await request(gateway, cancel, { id }, ada)).data.cancelJob).toEqual(canceled);
    expect((await request(gateway, cancel, { id }, ada)).data.cancelJob).toEqual(canceled);
    const { data } = await request(gateway, findJob, { id }, ada);
    expect(data.job.events.edges.at(-1).node.status).toBe('CANCELED');
    expect(provider.submissions).toHaveLength(1);
  });

  test('@test/ prompts are refused if videos cost money', async () => {
    const { gateway, provider, ada } = await open();
    const { data } = await request(gateway, generate, { input: { prompt: '@test/ok' } }, ada);
    expect(data.generateVideo.issues.map(({ path }: Loose) => path)).toEqual([['prompt']]);
    expect(provider.submissions).toHaveLength(0);
  });
});
