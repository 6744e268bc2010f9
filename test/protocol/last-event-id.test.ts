import { describe, expect, it, onTestFinished } from 'vitest';
import { openWorld, type World } from '../hub/world.ts';
import { tokenOf } from '../server/world.ts';
import type { Loose } from '../world/gateway.ts';

/** One event of a stream: its name, id and data. */
type Event = { readonly event: string; readonly id: string | null; readonly data: Loose };

type Sent = {
  readonly variables?: object;
  readonly lastEventId?: string;
  readonly user?: string;
  readonly method?: 'GET' | 'POST';
};

const items = '{ __typename ... on FeedItem { cursor } ... on JobEvent { version job { prompt } } }';

/** Reads the first `count` events of a subscription, then leaves. */
async function eventsOf({ url }: World, query: string, count: number, sent: Sent = {}): Promise<readonly Event[]> {
  const { variables = {}, lastEventId, user = 'ada', method = 'GET' } = sent;
  const address = new URL(`${url}/graphql`);
  if (method === 'GET') {
    address.searchParams.set('query', query);
    address.searchParams.set('variables', JSON.stringify(variables));
  }
  const response = await fetch(address, {
    method,
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${await tokenOf({ sub: user, env: 'test' }, '2027-01-01T00:00:00Z')}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    },
    ...(method === 'POST' ? { body: JSON.stringify({ query, variables }) } : {}),
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  onTestFinished(() => reader?.cancel());
  let text = '';
  const whole = () =>
    text
      .split('\n\n')
      .slice(0, -1)
      .map(eventOf)
      .filter(({ event }) => event !== '');
  while (whole().length < count) {
    const chunk = await reader?.read();
    if (chunk === undefined || chunk.done) break;
    text += chunk.value;
  }
  return whole();
}

function eventOf(block: string): Event {
  const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1];
  const data = field('data') ?? '';
  return { event: field('event') ?? '', id: field('id') ?? null, data: data === '' ? null : JSON.parse(data) };
}

const itemOf = ({ data }: Event): Loose => Object.values<Loose>(data.data)[0];

/** A world in which ada has three jobs, and the id of the event of each. */
async function openFeed() {
  const world = await openWorld();
  for (const prompt of ['one', 'two', 'three']) await world.job('ada', 'TEST', prompt);
  await world.job('bob', 'TEST', 'his');
  const start = Buffer.from('feed:TEST:ada:0').toString('base64url');
  const events = await eventsOf(world, `subscription { jobEvents(after: "${start}") ${items} }`, 4);
  return { world, start, events };
}

describe('the id of an event of the feed', () => {
  it('is its cursor, whatever the operation calls it', async () => {
    const { world, start, events } = await openFeed();
    expect(events.map(itemOf)).toMatchObject([
      { job: { prompt: 'one' } },
      { job: { prompt: 'two' } },
      { job: { prompt: 'three' } },
      { __typename: 'FeedLive' },
    ]);
    const ids = events.map(({ id }) => id);
    expect(ids).toEqual(events.map((event) => itemOf(event).cursor));
    for (const query of [
      'subscription ($from: String) { all: jobEvents(after: $from) { __typename } }',
      'subscription ($from: String) { ...Feed } fragment Feed on Subscription { cursor: jobEvents(after: $from) { __typename } }',
    ]) {
      const unnamed = await eventsOf(world, query, 4, { variables: { from: start } });
      expect(unnamed.map(({ id }) => id)).toEqual(ids);
    }
  });

  it.each([
    ['without an argument', () => `subscription { jobEvents ${items} }`],
    ['that began elsewhere', (start: string) => `subscription { jobEvents(after: "${start}") ${items} }`],
    ['with a variable', () => `subscription ($from: String = null) { feed: jobEvents(after: $from) ${items} }`],
  ])('resumes a feed %s, by GET and by POST', async (_, queryOf) => {
    const { world, start, events } = await openFeed();
    for (const method of ['GET', 'POST'] as const) {
      const resumed = await eventsOf(world, queryOf(start), 2, { lastEventId: events[1]?.id ?? '', method });
      expect(resumed.map(itemOf)).toMatchObject([{ job: { prompt: 'three' } }, { __typename: 'FeedLive' }]);
    }
  });

  it('resets the feed if it is unknown, of another user or in the future', async () => {
    const { world, events } = await openFeed();
    const mine = events[3]?.id ?? '';
    const [future] = [Buffer.from('feed:TEST:ada:99').toString('base64url')];
    for (const [lastEventId, user] of [
      ['nonsense', 'ada'],
      ['', 'ada'],
      [future, 'ada'],
      [mine, 'bob'],
    ] as const) {
      const [first] = await eventsOf(world, `subscription { jobEvents ${items} }`, 1, { lastEventId, user });
      // An empty id is none (HTML, section 9.2.4): the feed starts now.
      expect(first && itemOf(first).__typename).toBe(lastEventId === '' ? 'FeedLive' : 'FeedReset');
    }
  });

  it('is absent from the events of a job, which start with its current state anyway', async () => {
    const { world, events } = await openFeed();
    const id = Buffer.from('Job:01900000-0000-7000-8000-000000000001').toString('base64url');
    const query = `subscription { jobUpdated(id: "${id}") { prompt } }`;
    for (const sent of [{}, { lastEventId: events[1]?.id ?? '' }]) {
      expect(await eventsOf(world, query, 1, sent)).toEqual([
        { event: 'next', id: null, data: { data: { jobUpdated: { prompt: 'one' } } } },
      ]);
    }
  });
});
