import type { ExecutionResult } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Gateway, Viewer } from '../../src/gateway/gateway.ts';
import type { FeedItem, FeedStart } from '../../src/read/watch.ts';
import { sampleJob } from '../domain/sample.ts';
import { ada, opaque, run, sampleAccount, sampleEvent, uuidOf, watch } from './world.ts';

const job = sampleJob({ id: uuidOf(1) });

const id = opaque(`Job:${job.id}`);

/** A source that yields its items, then waits forever, and records whether it was closed. */
function sourceOf<Item>(...items: readonly Item[]) {
  const waiting = [...items];
  const source = {
    freed: false,
    next(): Promise<IteratorResult<Item>> {
      const value = waiting.shift();
      return value === undefined ? new Promise(() => undefined) : Promise.resolve({ done: false, value });
    },
    return(): Promise<IteratorResult<Item>> {
      source.freed = true;
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return source;
    },
  };
  return source;
}

type Stream = AsyncGenerator<ExecutionResult, void, void>;

function streamOf(begun: Stream | ExecutionResult): Stream {
  if ('errors' in begun || !(Symbol.asyncIterator in begun)) throw new Error(JSON.stringify(begun));
  return begun;
}

/** The next `count` results of a stream. */
async function take(stream: Stream, count: number): Promise<readonly unknown[]> {
  const results: unknown[] = [];
  while (results.length < count) results.push((await stream.next()).value);
  return results;
}

describe('jobUpdated', () => {
  const source = 'subscription ($id: ID!) { jobUpdated(id: $id) { id status version } }';

  it('sends each state', async () => {
    const states = sourceOf(job, sampleJob({ id: job.id, state: 'QUEUED', version: 3 }));
    const gateway: Partial<Gateway> = { watchJob: async () => states };
    const stream = streamOf(await watch(source, { gateway, variables: { id } }));
    expect(await take(stream, 2)).toEqual([
      { data: { jobUpdated: { id, status: 'PENDING', version: 1 } } },
      { data: { jobUpdated: { id, status: 'QUEUED', version: 3 } } },
    ]);
  });

  it('closes its source at once when the client stops, even while it waits for a state', async () => {
    const states = sourceOf(job);
    const gateway: Partial<Gateway> = { watchJob: async () => states };
    const stream = streamOf(await watch(source, { gateway, variables: { id } }));
    await take(stream, 1);
    const awaited = stream.next();
    const stopped = stream.return();
    expect(states.freed).toBe(true);
    expect(await stopped).toEqual({ done: true, value: undefined });
    expect(awaited).toBeInstanceOf(Promise);
  });
});

describe('accountUpdated', () => {
  it('sends each state of the account', async () => {
    const accounts = sourceOf(sampleAccount(), sampleAccount({ balance: 933, held: 0 }));
    const gateway: Partial<Gateway> = { watchAccount: async () => accounts };
    const stream = streamOf(await watch('subscription { accountUpdated { balance held } }', { gateway }));
    expect(await take(stream, 2)).toEqual([
      { data: { accountUpdated: { balance: 1000, held: 67 } } },
      { data: { accountUpdated: { balance: 933, held: 0 } } },
    ]);
    await stream.return();
    expect(accounts.freed).toBe(true);
  });
});

describe('jobEvents', () => {
  const source = `subscription ($after: String) { jobEvents(after: $after) {
    __typename
    ...on FeedItem { cursor }
    ...on JobEvent { version status message occurredAt job { id } }
  } }`;
  const bob: Viewer = { ...ada, userId: 'bob' };
  const feed: readonly FeedItem[] = [
    { kind: 'reset', feed: 3 },
    { kind: 'event', feed: 4, event: sampleEvent({ feed: 4, version: 2, status: 'QUEUED', message: 'Accepted.' }) },
    { kind: 'live', feed: 4 },
  ];

  /** The position that a viewer's cursor decodes to. */
  async function startOf(
    viewer: Viewer,
    after: string | null | undefined,
    incarnation?: string,
  ): Promise<FeedStart | undefined> {
    const starts: FeedStart[] = [];
    const watchFeed = async (_viewer: Viewer, start: FeedStart) => {
      starts.push(start);
      return sourceOf<FeedItem>();
    };
    const gateway = { watchFeed, ...(incarnation === undefined ? {} : { incarnation }) };
    await watch(source, { gateway, viewer, variables: after === undefined ? {} : { after } });
    return starts[0];
  }

  /** The cursors that a viewer gets. */
  async function cursorsOf(viewer: Viewer, incarnation?: string): Promise<readonly string[]> {
    const gateway: Partial<Gateway> = {
      watchFeed: async () => sourceOf(...feed),
      job: async () => job,
      ...(incarnation === undefined ? {} : { incarnation }),
    };
    const stream = streamOf(
      await watch('subscription { jobEvents { ...on FeedItem { cursor } } }', { gateway, viewer }),
    );
    // The query selects exactly this; the schema gives the type.
    const results = (await take(stream, feed.length)) as { data: { jobEvents: { cursor: string } } }[];
    return results.map(({ data }) => data.jobEvents.cursor);
  }

  it('sends every kind of item with its cursor', async () => {
    const items = sourceOf(...feed);
    const gateway: Partial<Gateway> = { watchFeed: async () => items, job: async () => job };
    const stream = streamOf(await watch(source, { gateway }));
    const [three, four] = await cursorsOf(ada);
    expect(await take(stream, 3)).toEqual([
      { data: { jobEvents: { __typename: 'FeedReset', cursor: three } } },
      {
        data: {
          jobEvents: {
            __typename: 'JobEvent',
            cursor: four,
            version: 2,
            status: 'QUEUED',
            message: 'Accepted.',
            occurredAt: '1970-01-01T00:00:00.000Z',
            job: { id },
          },
        },
      },
      { data: { jobEvents: { __typename: 'FeedLive', cursor: four } } },
    ]);
    await stream.return();
    expect(items.freed).toBe(true);
  });

  it('begins now without a cursor, and after the given one with a valid cursor', async () => {
    expect(await startOf(ada, undefined)).toBe('now');
    expect(await startOf(ada, null)).toBe('now');
    const [three] = await cursorsOf(ada);
    expect(await startOf(ada, three)).toBe(3);
  });

  it('knows the cursors of its own incarnation alone', async () => {
    const [first] = await cursorsOf(ada);
    expect(first).toBe(opaque('feed:TEST:ada:3'));
    const [second] = await cursorsOf(ada, 'aaaaaaaaaaaaaaaa');
    expect(second).toBe(opaque('feed@aaaaaaaaaaaaaaaa:TEST:ada:3'));
    expect(await startOf(ada, second, 'aaaaaaaaaaaaaaaa')).toBe(3);
    expect(await startOf(ada, first, 'aaaaaaaaaaaaaaaa')).toBe('unknown');
    expect(await startOf(ada, second, 'bbbbbbbbbbbbbbbb')).toBe('unknown');
    expect(await startOf(ada, second)).toBe('unknown');
  });

  it("accepts no cursor of another user's feed or of another environment", async () => {
    const [bobs] = await cursorsOf(bob);
    const [live] = await cursorsOf({ ...ada, environment: 'LIVE' });
    expect(await startOf(ada, bobs)).toBe('unknown');
    expect(await startOf(ada, live)).toBe('unknown');
    expect(await startOf(bob, bobs)).toBe(3);
  });

  it('distinguishes users whose names contain each other', async () => {
    const [nested] = await cursorsOf({ ...ada, userId: 'ada:3' });
    expect(await startOf(ada, nested)).toBe('unknown');
    expect(await startOf({ ...ada, userId: 'ada:3' }, nested)).toBe(3);
  });

  it.each(['', 'x', opaque('events:3'), opaque('jobs:3'), opaque('feed:3'), opaque('feed:TEST:ada:-3'), '🦊'])(
    'resets at %j',
    async (after) => {
      expect(await startOf(ada, after)).toBe('unknown');
    },
  );

  it("gives the same cursor in a job's own history", async () => {
    const gateway: Partial<Gateway> = {
      job: async () => job,
      events: async () => ({ items: [sampleEvent({ feed: 3 })], hasNext: false, hasPrevious: false }),
    };
    const { data } = await run('{ job(id: "x") { events { edges { node { cursor } } } } }', { gateway });
    const [three] = await cursorsOf(ada);
    expect(data).toEqual({ job: { events: { edges: [{ node: { cursor: three } }] } } });
  });
});
