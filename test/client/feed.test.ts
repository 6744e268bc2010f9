import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FeedEvent, FeedOptions, Reelgate } from '../../client/src/index.ts';
import { hold, openKit, openWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
}, 180_000);

afterAll(() => world.close());

/** Gathers the events of a feed until `isEnough`. */
async function gather(
  kit: Reelgate,
  options: FeedOptions,
  isEnough: (events: readonly FeedEvent[]) => boolean,
  seen: () => void = () => undefined,
): Promise<readonly FeedEvent[]> {
  const events: FeedEvent[] = [];
  for await (const event of kit.feed(options)) {
    events.push(event);
    seen();
    if (isEnough(events)) break;
  }
  return events;
}

/** Requests a video while a feed is read. A test waits for its events. */
function ask(kit: Reelgate, prompt: string): void {
  kit.generate({ prompt }).catch(() => undefined);
}

const completed = (count: number) => (events: readonly FeedEvent[]) =>
  events.filter(({ status }) => status === 'COMPLETED').length === count;

const names = (events: readonly FeedEvent[]) => events.map(({ job, version }) => `${job.id} ${version}`);

describe('feed', () => {
  it('starts now, and continues behind a cursor without a gap or a repetition', async () => {
    const kit = openKit(world.gateway, { user: 'follower' });
    const first = await gather(kit, { onLive: () => ask(kit, 'First') }, completed(1));
    expect(first.map(({ version }) => version)).toEqual(first.map((_, at) => at + 1));
    expect(first.every(({ message }) => message !== '')).toBe(true);
    await kit.generate({ prompt: 'Second' });
    const later = await gather(kit, { after: first.at(-1)?.cursor }, completed(1));
    expect(later.map(({ job }) => job.prompt)).toEqual(later.map(() => 'Second'));
    const again = await gather(kit, { after: first[1]?.cursor }, completed(2));
    expect(names(again)).toEqual(names([...first.slice(2), ...later]));
  });

  it('resumes where it was after its connection broke, by either way', async () => {
    for (const webSocket of ['socket', undefined]) {
      const gate = await world.gate();
      const user = `resumer by ${webSocket ?? 'stream'}`;
      const kit = openKit(gate, { user, ...(webSocket === undefined ? { webSocket } : {}) });
      const release = hold(world);
      let live = 0;
      const onLive = () => {
        live += 1;
        if (live === 1) ask(openKit(world.gateway, { user }), 'Resumed');
        if (live === 2) release();
      };
      const events = await gather(kit, { onLive }, completed(1), () => {
        if (live < 2) gate.cut();
      });
      expect(events.map(({ version }) => version)).toEqual(events.map((_, at) => at + 1));
      expect(live).toBeGreaterThan(1);
    }
  });

  it('waits for onReset if its cursor is too old, and goes on', async () => {
    const kit = openKit(world.gateway, { user: 'outdated' });
    const calls: string[] = [];
    const onReset = async () => {
      calls.push('reset');
      await kit.generate({ prompt: 'After a reset' });
      calls.push('read');
    };
    const events = await gather(
      kit,
      { after: 'a cursor of another gateway', onReset, onLive: () => void calls.push('live') },
      completed(1),
    );
    expect(calls.slice(0, 2)).toEqual(['reset', 'read']);
    expect(events.at(-1)?.job.prompt).toBe('After a reset');
  });

  it('reads the list where only queries get through, and reports what changed', async () => {
    const gate = await world.gate();
    gate.sockets = 'refused';
    gate.streams = 'refused';
    const kit = openKit(gate, { user: 'queried' });
    await kit.generate({ prompt: 'Known before' });
    let resets = 0;
    const onReset = () => {
      resets += 1;
      ask(kit, 'Polled');
    };
    const events = await gather(kit, { onReset }, (all) =>
      all.some(({ job, status }) => job.prompt === 'Polled' && status === 'COMPLETED'),
    );
    expect(kit.way()).toBe('poll');
    expect(resets).toBe(1);
    expect(new Set(names(events)).size).toBe(events.length);
  });
});

describe('subscribe', () => {
  const documents = [
    'subscription Feed($after: String) { jobEvents(after: $after) { ... on FeedItem { cursor } ... on JobEvent { version } } }',
    `subscription ($from: String) { feed: jobEvents(after: $from) { ...P ... on JobEvent { version } } }
      fragment P on FeedItem { point: cursor }`,
    `subscription jobEvents($x: String) { # cursor: jobEvents
      cursor: jobEvents (after : $x) { __typename ... on FeedItem { jobEvents: cursor } ... on JobEvent { version } } }`,
  ];

  it.each(documents)('resumes jobEvents whatever its parts are called: %s', async (query) => {
    const gate = await world.gate();
    const kit = openKit(gate, { user: `aliases ${documents.indexOf(query)}` });
    const versions: number[] = [];
    let isAsked = false;
    for await (const { data } of kit.subscribe({ query })) {
      const [item] = Object.values(data as Record<string, { version?: number }>);
      if (!isAsked) ask(kit, 'Aliased');
      isAsked = true;
      if (item?.version === undefined) continue;
      versions.push(item.version);
      if (versions.length === 2) gate.cut();
      if (versions.length === 5) break;
    }
    expect(versions).toEqual([1, 2, 3, 4, 5]);
    expect(gate.upgrades()).toBeGreaterThan(1);
  });
});
