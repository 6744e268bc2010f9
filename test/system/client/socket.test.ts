import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSocket } from '../../../examples/socket.ts';
import { operations } from '../../client/operations.ts';
import { type Loose, request, tokenOf } from '../../world/gateway.ts';
import { createGathered, openWorld, type World } from './world.ts';

let world: World;

let token: string;

beforeAll(async () => {
  world = await openWorld();
  token = await tokenOf('ada');
}, 180_000);

afterAll(() => world.close());

/** The same feed through aliases. */
const documents: readonly [string, string][] = [
  [
    'as it is called',
    `subscription ($after: String) { jobEvents(after: $after) { __typename
      ... on FeedItem { cursor } ... on JobEvent { status version job { id } } } }`,
  ],
  [
    'under names of its own',
    `subscription ($from: String) { feed: jobEvents(after: $from) { __typename
      ... on FeedItem { point: cursor } ... on JobEvent { status version job { id } } } }`,
  ],
  [
    'in fragments',
    `fragment Point on FeedItem { here: cursor }
     fragment Feed on Subscription { all: jobEvents(after: $since) { __typename ...Point
       ... on JobEvent { cursor: message status version job { id } } } }
     subscription ($since: String) { ...Feed }`,
  ],
];

test.each(documents)('examples/socket.ts resumes where it was with jobEvents %s', async (_, query) => {
  const socket = createSocket(`${world.wire.url}/graphql`, () => ({ authorization: `Bearer ${token}` }));
  const seen = createGathered();
  socket.subscribe<Loose>(
    { query, variables: {} },
    {
      next: ({ data }) => seen.add(Object.values<Loose>(data ?? {})[0]),
      error: (error) => seen.add({ error }),
      complete: () => undefined,
    },
  );
  await seen.until(({ __typename: kind }: Loose) => kind === 'FeedLive');
  const release = world.hold();
  const { data } = await request(world.gateway(), operations.generate, { input: {} }, token);
  const { id } = data.generateVideo.job;
  await seen.until(({ status }: Loose) => status === 'PROCESSING');
  // Only a client that sends its last cursor can receive what happens now.
  world.wire.lead(null);
  expect(world.wire.cut()).toBe(1);
  release();
  const read = 'query ($id: ID!) { job(id: $id) { status version } }';
  const jobNow = async () => (await request(world.gateway(), read, { id }, token)).data.job;
  await expect.poll(async () => (await jobNow()).status).toBe('COMPLETED');
  world.wire.lead(world.gateway());
  await seen.until(({ job, status }: Loose) => job?.id === id && status === 'COMPLETED');
  const versions = seen.items.filter(({ job }) => job?.id === id).map(({ version }) => version);
  expect(versions).toEqual(Array.from({ length: (await jobNow()).version }, (_, at) => at + 1));
  await socket.dispose();
});
