import { createClient } from 'graphql-sse';
import { EventSource } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findJob, generate, watchJob } from '../../gateway/operations.ts';
import { type Loose, makeFolder, request, startGateway, type TestGateway } from '../../world/gateway.ts';
import { openWire, type Wire } from './wire.ts';

/** A subscription of an EventSource, which reconnects by itself; `heard` are its results, in order. */
function listen(url: string, query: string, variables: object = {}) {
  const address = new URL(`${url}/graphql`);
  address.searchParams.set('query', query);
  address.searchParams.set('variables', JSON.stringify(variables));
  const source = new EventSource(address, { node: { reconnectionTime: 50 } });
  const heard: Loose[] = [];
  let completed = 0;
  source.addEventListener('next', ({ data }: Event & { data?: string }) => {
    heard.push(Object.values<Loose>(JSON.parse(data ?? '').data)[0]);
  });
  source.addEventListener('complete', () => {
    completed += 1;
  });
  return { source, heard, completed: () => completed };
}

describe('an EventSource', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let gateway: TestGateway;
  let wire: Wire;
  beforeAll(async () => {
    folder = await makeFolder();
    gateway = await startGateway(folder.path);
    wire = await openWire();
    wire.lead(gateway);
  }, 180_000);
  afterAll(async () => {
    await wire.close();
    await gateway.stop();
    await folder.remove();
  });

  const start = async (prompt: string): Promise<string> =>
    (await request(gateway, generate, { input: { prompt } })).data.generateVideo.job.id;
  const jobNow = async (id: string) => (await request(gateway, findJob, { id })).data.job;

  test('that loses its connection resumes the feed where it was: nothing is lost, nothing comes twice', async () => {
    // Its cursors are not even selected.
    const feed = 'subscription { all: jobEvents { __typename ... on JobEvent { version job { id } } } }';
    const { source, heard } = listen(wire.url, feed);
    await expect.poll(() => heard.at(-1)?.__typename).toBe('FeedLive');
    const first = await start('@test/ok:1s');
    await expect.poll(() => heard.some(({ job }) => job?.id === first)).toBe(true);
    for (const _ of [1, 2]) {
      wire.lead(null);
      expect(wire.cut()).toBe(1);
      const missed = await start('@test/ok:0s');
      await expect.poll(async () => (await jobNow(missed)).status).toBe('COMPLETED');
      wire.lead(gateway);
      const { version } = await jobNow(missed);
      await expect.poll(() => heard.some((item) => item.job?.id === missed && item.version === version)).toBe(true);
      await expect.poll(() => heard.at(-1)?.__typename).toBe('FeedLive');
      const versions = heard.filter(({ job }) => job?.id === missed).map((item) => item.version);
      expect(versions).toEqual(Array.from({ length: version }, (_item, at) => at + 1));
    }
    const told = heard.filter(({ job }) => job?.id === first).map(({ version }) => version);
    expect(told).toEqual(Array.from({ length: told.length }, (_, at) => at + 1));
    expect(heard.some(({ __typename: kind }) => kind === 'FeedReset')).toBe(false);
    source.close();
  });

  test('of a job stops by itself once the job has ended, and would otherwise ask for ever', async () => {
    const id = await start('@test/ok:1s');
    const { source, heard, completed } = listen(wire.url, watchJob, { id });
    await expect.poll(() => source.readyState).toBe(source.CLOSED);
    expect(heard.at(-1)).toMatchObject({ id, status: 'COMPLETED' });
    expect(completed()).toBe(1);
  });

  test('of a job continues with its current state after a lost connection', async () => {
    const id = await start('@test/ok:4s');
    const { source, heard } = listen(wire.url, watchJob, { id });
    await expect.poll(() => heard.length).toBeGreaterThan(0);
    expect(wire.cut()).toBe(1);
    await expect.poll(() => heard.at(-1)?.status).toBe('COMPLETED');
    await expect.poll(() => source.readyState).toBe(source.CLOSED);
    const versions = heard.map(({ version }) => version);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  });

  test('is not needed: graphql-sse’s client reads a feed with ids as one without', async () => {
    const client = createClient({ url: `${gateway.url}/graphql`, retryAttempts: 0 });
    const results = client.iterate<Loose>({ query: 'subscription { jobEvents { __typename } }' });
    expect((await results.next()).value).toEqual({ data: { jobEvents: { __typename: 'FeedLive' } } });
    await start('@test/ok:0s');
    expect((await results.next()).value).toEqual({ data: { jobEvents: { __typename: 'JobEvent' } } });
    await results.return?.();
    client.dispose();
  });
});
