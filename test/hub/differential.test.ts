import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Job, LifeEvent } from '../../src/domain/job.ts';
import { accountTopic } from '../../src/ports.ts';
import { type RawSocket, subscribeMessage } from '../protocol/raw-socket.ts';
import { accepted, claimed, completed, failed, grantOf, processing } from '../store/contract/world.ts';
import type { Loose } from '../world/gateway.ts';
import { openReference } from './reference.ts';
import { framesOf, idOf, openWorld, type World } from './world.ts';

const feedStart = Buffer.from('feed:TEST:ada:0').toString('base64url');

/** The operations that clients send, by number; some are shared, some are not. */
const operations = [
  'subscription ($job: ID!) { jobUpdated(id: $job) { version status progress { fraction elapsedSeconds } failure { code } } }',
  'subscription ($job: ID!) { ...A } fragment A on Subscription { job: jobUpdated(id: $job) { version charge { state } } }',
  'subscription ($job: ID!) { jobUpdated(id: $job) { version events { edges { node { version message } } } nope: video { url } } }',
  'subscription { accountUpdated { userId balance held available } }',
  'subscription { jobEvents { __typename ... on FeedItem { cursor } ... on JobEvent { version job { version } } } }',
  `subscription { jobEvents(after: "${feedStart}") { __typename ... on JobEvent { version status job { version } } } }`,
  'subscription ($from: String) { jobEvents(after: $from) { __typename ... on FeedItem { cursor } ... on JobEvent { status } } }',
  'query { viewer { userId account { held } } }',
];

/** The owner of each socket: ada three times with the same rights, once as an admin; bob, who owns nothing. */
const principals: readonly (readonly [string, Record<string, unknown>])[] = [
  ['ada', {}],
  ['ada', {}],
  ['ada', {}],
  ['ada', { roles: ['admin'] }],
  ['bob', {}],
];

const lives: readonly (readonly LifeEvent[])[] = [
  [claimed, accepted, processing, completed],
  [claimed, accepted, processing, failed],
];

type Step = { readonly kind: Kind; readonly principal: number; readonly operation: number; readonly job: number };

type Kind = 'subscribe' | 'complete' | 'happen' | 'poll' | 'grant' | 'sweep';

const kinds: readonly Kind[] = [
  'subscribe',
  'subscribe',
  'subscribe',
  'complete',
  'happen',
  'happen',
  'poll',
  'grant',
  'sweep',
];

const scripts: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...kinds),
    principal: fc.nat(principals.length - 1),
    // The first operations are more frequent, because they can be shared.
    operation: fc.nat(operations.length - 1).chain((most) => fc.nat(most)),
    job: fc.nat(lives.length - 1),
  }),
  { minLength: 20, maxLength: 40 },
);

const stepOf = (kind: Kind, operation = 0): Step => ({ kind, principal: 0, operation, job: 0 });

/** An event's job is as it is when the event is sent, even if an earlier frame had another version of it. */
const toldAgain: readonly Step[] = [stepOf('subscribe', 5), stepOf('happen'), stepOf('subscribe', 5)];

/** What each id of each socket received, with the step after which it came. */
type Story = Record<string, readonly Loose[]>;

async function play(script: readonly Step[], world: World): Promise<Story> {
  const sockets = await Promise.all(principals.map(([userId, claims]) => world.connect(userId, claims)));
  const jobs = await Promise.all(lives.map(() => world.job()));
  const story: Record<string, Loose[]> = {};
  for (const [at, step] of script.entries()) {
    await take(step, `${at}`, { world, sockets, jobs });
    const frames = await Promise.all(sockets.map(framesOf));
    for (const [index, { id, ...frame }] of frames.flatMap((each, index) =>
      each.map((frame) => [index, frame] as const),
    )) {
      story[`${index} ${id}`] ??= [];
      story[`${index} ${id}`]?.push({ at, ...frame });
    }
  }
  return story;
}

type Scene = { readonly world: World; readonly sockets: readonly RawSocket[]; readonly jobs: Job[] };

async function take({ kind, principal, operation, job: index }: Step, id: string, scene: Scene): Promise<void> {
  const { world, sockets, jobs } = scene;
  const { clock, store, bell } = world;
  const [socket, job] = [sockets[principal], jobs[index]];
  if (socket === undefined || job === undefined) throw new Error('Nobody is meant.');
  if (kind === 'subscribe') socket.send(subscribeMessage(id, operations[operation] ?? '', { job: idOf(job) }));
  // One of the operations started before, which may have ended by itself.
  if (kind === 'complete') socket.send({ id: `${Number(id) - operation - 1}`, type: 'complete' });
  if (kind === 'sweep') await clock.advance(5000);
  if (kind === 'grant') {
    const granted = await store.grant(
      grantOf({ account: { owner: 'ada', environment: 'TEST' }, createdAt: clock.now() }),
    );
    if ('balance' in granted) bell.ring([accountTopic(granted.id)]);
  }
  const event = kind === 'poll' ? polled(job) : kind === 'happen' ? lives[index]?.[job.version - 1] : undefined;
  if (event === undefined) return;
  await clock.advance(1);
  jobs[index] = await world.happen(job, event);
}

/** A poll that finds nothing new about a job in progress. */
function polled({ state }: Job): LifeEvent | undefined {
  return state === 'PROCESSING' ? processing : undefined;
}

/** graphql-ws sends a refusal as a result without data, then completes; we send an error message, as its protocol allows. */
function asRefused(told: readonly Loose[]): readonly Loose[] {
  const [first] = told;
  if (first.type !== 'next' || 'data' in first.payload) return told;
  return [{ ...first, type: 'error', payload: first.payload.errors }];
}

test('clients get the same frames with the hub and compiled operations, without both, and from graphql-ws’s own server', async () => {
  let [frames, shared] = [0, 0];
  await fc.assert(
    fc.asyncProperty(scripts, async (script) => {
      const hub = await openWorld({ usesBeforeCompiled: 0 });
      const story = await play(script, hub);
      const plain = await openWorld({ hub: 'none', usesBeforeCompiled: Number.POSITIVE_INFINITY });
      expect(await play(script, plain)).toEqual(story);
      const reference = await play(script, await openWorld({ open: openReference }));
      expect(Object.fromEntries(Object.entries(reference).map(([id, told]) => [id, asRefused(told)]))).toEqual(story);
      frames += Object.values(story).flat().length;
      shared += (plain.calls.get('gateway.watchJob') ?? 0) - (hub.calls.get('gateway.watchJob') ?? 0);
    }),
    { numRuns: 12, examples: [[toldAgain]] },
  );
  // Without frames, and without shared ones, this comparison would prove nothing.
  expect(frames).toBeGreaterThan(100);
  expect(shared).toBeGreaterThan(0);
}, 180_000);
