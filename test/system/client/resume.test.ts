import { afterAll, beforeAll, expect, test } from 'vitest';
import { operations } from '../../client/operations.ts';
import { type Loose, request, subscribe, tokenOf } from '../../world/gateway.ts';
import type { TestClient, Watched } from './client.ts';
import { clients, createGathered, type Gathered, openWorld, type World } from './world.ts';

type Listener = { readonly name: string; readonly client: TestClient; readonly seen: Gathered; readonly feed: Watched };

let world: World;

let token: string;

beforeAll(async () => {
  world = await openWorld();
  token = await tokenOf('ada');
}, 180_000);

afterAll(() => world.close());

async function listen(after: string | null): Promise<Listener[]> {
  return Promise.all(
    Object.entries(clients).map(async ([name, open]) => {
      const client = await open(world.wire.url, () => ({ authorization: `Bearer ${token}` }));
      const seen = createGathered();
      return { name, client, seen, feed: client.watch('feed', { after }, ({ jobEvents }) => seen.add(jobEvents)) };
    }),
  );
}

async function leave(listeners: readonly Listener[]): Promise<void> {
  await Promise.all(
    listeners.map(async ({ client, feed }) => {
      feed.stop();
      await client.close();
    }),
  );
}

const allSee = (listeners: readonly Listener[], isWanted: (event: Loose) => boolean) =>
  Promise.all(listeners.map(({ seen }) => seen.until(isWanted)));

/** Queries the gateway directly, whatever the state of the wire. */
async function generate(): Promise<string> {
  return (await request(world.gateway(), operations.generate, { input: {} }, token)).data.generateVideo.job.id;
}

const eventsOf = ({ seen }: Listener) =>
  seen.items.filter(({ __typename: kind }) => kind === 'JobEvent').map(({ job, version }) => `${job.id} ${version}`);

test('the feed loses and repeats nothing: after a cut, a killed gateway, a stopped one, and a client’s return', async () => {
  const listeners = await listen(null);
  await allSee(listeners, ({ __typename: kind }) => kind === 'FeedLive');

  const release = world.hold();
  const first = await generate();
  await allSee(listeners, ({ status }) => status === 'PROCESSING');
  expect(world.wire.cut()).toBeGreaterThanOrEqual(listeners.length);
  release();
  await allSee(listeners, ({ job, status }) => job?.id === first && status === 'COMPLETED');

  const releaseNext = world.hold();
  const second = await generate();
  await allSee(listeners, ({ job, status }) => job?.id === second && status === 'PROCESSING');
  await world.kill();
  releaseNext();
  await world.restart();
  const third = await generate();
  world.wire.lead(world.gateway());
  await allSee(listeners, ({ job, status }) => job?.id === third && status === 'COMPLETED');
  await allSee(listeners, ({ job, status }) => job?.id === second && status === 'COMPLETED');

  await world.stop();
  await world.restart();
  const fourth = await generate();
  world.wire.lead(world.gateway());
  await allSee(listeners, ({ job, status }) => job?.id === fourth && status === 'COMPLETED');

  const cursor = listeners[0]?.seen.items.at(-1).cursor;
  await leave(listeners);
  const fifth = await generate();
  const unseen = subscribe(world.gateway(), operations.watch, { id: fifth }, token);
  await unseen.all();
  await unseen.close();
  const latecomers = await listen(cursor);
  await allSee(latecomers, ({ __typename: kind }) => kind === 'FeedLive');
  await leave(latecomers);

  const versionsOf = (id: string) => [1, 2, 3, 4, 5].map((version) => `${id} ${version}`);
  const [, ...others] = listeners.map(eventsOf);
  for (const [at, listener] of listeners.entries()) {
    const events = eventsOf(listener);
    expect(events.toSorted(), listener.name).toEqual([first, second, third, fourth].flatMap(versionsOf).toSorted());
    // The second job's end and the third job ran concurrently; the feed decides their order, for all clients.
    expect(events, listener.name).toEqual(others[0]);
    expect(listener.seen.items.at(-1).cursor, listener.name).toBe(cursor);
    const late = latecomers[at];
    expect(late && eventsOf(late), listener.name).toEqual(versionsOf(fifth));
  }
}, 180_000);
