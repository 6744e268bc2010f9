import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Loose, tokenOf } from '../../world/gateway.ts';
import type { TestClient } from './client.ts';
import { clients, createGathered, openWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
}, 180_000);

afterAll(() => world.close());

/** What every client library does with the sample operations, set up as its own documentation shows. */
describe.each(Object.entries(clients))('%s', (name, open) => {
  let client: TestClient;
  let release: () => void = () => undefined;
  beforeAll(async () => {
    const token = await tokenOf(name);
    client = await open(world.wire.url, () => ({ authorization: `Bearer ${token}` }));
  });
  afterEach(() => release());
  afterAll(() => client.close());

  const generate = async (input: Record<string, unknown>): Promise<Loose> =>
    (await client.run('generate', { input })).generateVideo;

  test('requests a video, and gets the same one for the same key', async () => {
    const input = { prompt: 'Two people', aspectRatio: 'SQUARE_1_1', seed: 7, idempotencyKey: 'wish' };
    const first = await generate(input);
    expect(first).toMatchObject({ __typename: 'GenerateVideoSuccess', replayed: false, job: { prompt: 'Two people' } });
    expect(await generate(input)).toMatchObject({ replayed: true, job: { id: first.job.id } });
  });

  test('reads a refusal through the common interface', async () => {
    expect(await generate({ prompt: ' ' })).toMatchObject({
      __typename: 'InvalidInputError',
      code: 'INVALID_INPUT',
      retryable: false,
    });
  });

  test('pages through jobs, newest first', async () => {
    const ids: string[] = [];
    for (let job = 1; job <= 5; job += 1) ids.unshift((await generate({ externalId: 'paged' })).job.id);
    const filter = { externalId: 'paged' };
    const pages: string[][] = [];
    let after: string | null = null;
    do {
      const { jobs }: Loose = await client.run('jobs', { first: 2, after, filter });
      expect(jobs.totalCount).toBe(5);
      pages.push(jobs.edges.map(({ node }: Loose) => node.id));
      after = jobs.pageInfo.hasNextPage ? jobs.pageInfo.endCursor : null;
    } while (after !== null);
    expect(pages).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
  });

  test('watches a job to its end, and the subscription completes', async () => {
    const { job } = await generate({});
    const seen = createGathered();
    await client.watch('watch', { id: job.id }, seen.add).ended;
    const updates = seen.items.map(({ jobUpdated }) => jobUpdated);
    expect(updates.at(-1)).toMatchObject({ status: 'COMPLETED', progress: { fraction: 1 }, failure: null });
    expect(updates.at(-1).video.url).toMatch(/\/videos\/[0-9a-f]{32}\.mp4$/);
    const versions = updates.map(({ version }) => Number(version));
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  });

  test('keeps watching after its connection broke', async () => {
    release = world.hold();
    const { job } = await generate({});
    const seen = createGathered();
    const watched = client.watch('watch', { id: job.id }, seen.add);
    await seen.until(({ jobUpdated }) => jobUpdated.status === 'PROCESSING');
    expect(world.wire.cut()).toBeGreaterThan(0);
    release();
    await watched.ended;
    const updates = seen.items.map(({ jobUpdated }) => jobUpdated);
    expect(updates.at(-1)).toMatchObject({ status: 'COMPLETED' });
    const fractions = updates.map(({ progress }) => Number(progress.fraction));
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  });

  test('gets an error for a missing job', async () => {
    const missing = Buffer.from('Job:01900000-0000-7000-8000-000000000000').toString('base64url');
    const watched = client.watch('watch', { id: missing }, () => undefined);
    const reason: unknown = await watched.ended.catch((error: unknown) => error);
    expect(`${reason} ${JSON.stringify(reason)}`, name).toContain('NOT_FOUND');
  });
});
