import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Loose, makeFolder, request, startGateway, subscribe, type TestGateway } from '../world/gateway.ts';
import { findJob, generate, viewer, watchAccount, watchFeed, watchJob } from './operations.ts';

/** The main job from outside: a gateway in its own process, with its sandbox, over HTTP and WebSockets. */
describe('a newcomer’s gateway', () => {
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

  test('prints where GraphiQL is, which environment is on, and how to go live', () => {
    expect(gateway.output()).toContain(`${gateway.url}/graphql`);
    expect(gateway.output()).toContain('TEST');
    expect(gateway.output()).toContain('SEGMIND_API_KEY');
  });

  test('makes a video that plays, live from the mutation to the MP4', async () => {
    const started = await start('@test/ok:3s two people', { externalId: 'first' });
    expect(started).toMatchObject({
      __typename: 'GenerateVideoSuccess',
      replayed: false,
      job: {
        status: 'QUEUED',
        environment: 'TEST',
        externalId: 'first',
        seed: 1_323_456,
        charge: { state: 'HELD', credits: 67 },
      },
    });
    const updates = await endOf(started.job.id);
    expect(updates.at(-1)).toMatchObject({
      status: 'COMPLETED',
      progress: { fraction: 1 },
      charge: { state: 'CAPTURED' },
    });
    expect(updates.map((job) => job.status)).toContain('PROCESSING');
    const versions = updates.map((job) => Number(job.version));
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    const fractions = updates.map((job) => Number(job.progress.fraction));
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));

    const url = String(updates.at(-1)?.video.url);
    const file = await fetch(url, { headers: { range: 'bytes=4-11' } });
    expect(file.status).toBe(206);
    expect(file.headers.get('content-type')).toBe('video/mp4');
    expect((await file.text()).slice(0, 4)).toBe('ftyp');
  });

  test('a late subscriber gets the final state once, and the subscription completes', async () => {
    const started = await start('@test/ok:0s');
    await endOf(started.job.id);
    const late = await endOf(started.job.id);
    expect(late).toHaveLength(1);
    expect(late[0]).toMatchObject({ status: 'COMPLETED' });
  });

  test('credits are held while a job runs, captured when it completes and released when it fails', async () => {
    const account = subscribe(gateway, watchAccount);
    const before = Number((await account.next())?.data.accountUpdated.balance);
    const started = await start('@test/ok:1s');
    expect((await account.next())?.data.accountUpdated).toEqual({
      balance: before,
      held: 67,
      available: before - 67,
    });
    await endOf(started.job.id);
    expect((await account.next())?.data.accountUpdated).toEqual({
      balance: before - 67,
      held: 0,
      available: before - 67,
    });
    await start('@test/submit:403');
    const then = await account.all((item) => Number(item.data.accountUpdated.held) === 0);
    expect(then.at(-1)?.data.accountUpdated).toEqual({ balance: before - 67, held: 0, available: before - 67 });
    await account.close();

    const { data } = await request(gateway, viewer);
    const entries = data.viewer.account.ledger.edges.map(({ node }: Loose) => node);
    expect(entries.reduce((sum: number, entry: Loose) => sum + entry.credits, 0)).toBe(data.viewer.account.balance);
    expect(entries.at(-1)).toMatchObject({ kind: 'GRANT', credits: 1000 });
  });

  test('the feed sends every change in order, and replays missed changes from a cursor', async () => {
    const feed = subscribe(gateway, watchFeed);
    const live = (await feed.next())?.data.jobEvents;
    expect(live?.__typename).toBe('FeedLive');
    const started = await start('@test/ok:1s');
    const seen = await feed.all((item) => item.data.jobEvents.status === 'COMPLETED');
    await feed.close();
    const mine = seen.map((item) => item.data.jobEvents).filter((event) => event.job.id === started.job.id);
    expect(mine.map((event) => event.version)).toEqual(mine.map((_event, index) => index + 1));

    const again = subscribe(gateway, watchFeed, { after: live?.cursor });
    const replayed = await again.all((item) => item.data.jobEvents.__typename === 'FeedLive');
    await again.close();
    expect(replayed.slice(0, -1)).toEqual(seen);

    const lost = subscribe(gateway, watchFeed, { after: 'none of ours' });
    const types = (await lost.all((item) => item.data.jobEvents.__typename === 'FeedLive')).map(
      (item) => item.data.jobEvents.__typename,
    );
    await lost.close();
    expect(types).toEqual(['FeedReset', 'FeedLive']);
  });

  test('one key makes one job, even for ten requests at once, and another input is a conflict', async () => {
    const input = { idempotencyKey: 'intent-1', prompt: '@test/ok:1s' };
    const results = await Promise.all(Array.from({ length: 10 }, () => request(gateway, generate, { input })));
    const ids = results.map(({ data }) => data.generateVideo.job.id);
    expect(new Set(ids).size).toBe(1);
    expect(results.filter(({ data }) => data.generateVideo.replayed === false)).toHaveLength(1);
    expect(await start('@test/ok:2s', { idempotencyKey: 'intent-1' })).toMatchObject({
      __typename: 'IdempotencyConflictError',
      job: { id: ids[0] },
    });
    const refusal = { idempotencyKey: 'intent-2', prompt: '@test/submit:400' };
    const [first, second] = [
      await request(gateway, generate, { input: refusal }),
      await request(gateway, generate, { input: refusal }),
    ];
    expect(first.data.generateVideo.code).toBe('PROVIDER_BAD_REQUEST');
    expect(second).toEqual(first);
  });

  test('a refused job can be retried, once without a key', async () => {
    const refused = await start('@test/submit:400');
    const id = refused.failedJob.id;
    const retry = `mutation ($id: ID!, $key: String) { retryJob(id: $id, idempotencyKey: $key) {
      __typename ... on ProviderError { failedJob { id retryOf { id } } } ... on Failure { code } } }`;
    const first = await request(gateway, retry, { id });
    expect(first.data.retryJob).toMatchObject({ code: 'PROVIDER_BAD_REQUEST', failedJob: { retryOf: { id } } });
    expect(await request(gateway, retry, { id })).toEqual(first);
    const keyed = await request(gateway, retry, { id, key: 'again' });
    expect(keyed.data.retryJob.failedJob.id).not.toBe(first.data.retryJob.failedJob.id);
  });

  test('a FAILED inside a 200 is the failure of the mutation, in the provider’s words', async () => {
    const failed = await start('@test/submit:200-failed');
    expect(failed).toMatchObject({ __typename: 'GenerationFailedError', code: 'GENERATION_FAILED' });
    expect(failed.message).toContain('failed this request at once');
  });

  test('a retry keeps the cap of the job that it tries again, unless it brings its own', async () => {
    const refused = await start('@test/submit:400', { maxCredits: 67 });
    const id = refused.failedJob.id;
    const retry = `mutation ($id: ID!, $max: Int) { retryJob(id: $id, maxCredits: $max) {
      __typename ... on InvalidInputError { issues { path } } ... on ProviderError { failedJob { id } } } }`;
    for (const max of [66, -1])
      expect((await request(gateway, retry, { id, max })).data.retryJob).toEqual({
        __typename: 'InvalidInputError',
        issues: [{ path: ['maxCredits'] }],
      });
    const again = (await request(gateway, retry, { id })).data.retryJob;
    expect(again).toMatchObject({ __typename: 'ProviderError' });
  });

  test('input that is out of bounds stores nothing and names each path', async () => {
    const result = await start('  ', { seed: -2, externalId: 'x'.repeat(256), maxCredits: -1, idempotencyKey: '' });
    expect(result).toMatchObject({ __typename: 'InvalidInputError', code: 'INVALID_INPUT', retryable: false });
    const paths = result.issues.map(({ path }: Loose) => path[0]);
    expect(paths).toEqual(['prompt', 'seed', 'idempotencyKey', 'externalId', 'maxCredits']);
    const dear = await start('@test/ok', { maxCredits: 66 });
    expect(dear).toMatchObject({ __typename: 'InvalidInputError', issues: [{ path: ['maxCredits'] }] });
    expect(dear.message).toContain('67');
  });

  test('a job’s history can be read, oldest first', async () => {
    const started = await start('@test/ok:1s');
    await endOf(started.job.id);
    const { data } = await request(gateway, findJob, { id: started.job.id });
    const statuses = data.job.events.edges.map(({ node }: Loose) => node.status);
    expect(statuses.slice(0, 3)).toEqual(['PENDING', 'PENDING', 'QUEUED']);
    expect(statuses.at(-1)).toBe('COMPLETED');
  });
});
