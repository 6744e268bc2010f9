import type { Losses } from '../../src/ports.ts';
import { createWire } from './bell-wire.ts';
import { createClients } from './client.ts';
import { calmDown, drawClimate } from './climate.ts';
import { planTroubles, startCluster } from './cluster.ts';
import { openDatabase } from './database.ts';
import { type Evidence, readEvidence } from './evidence.ts';
import { ledgerBreachesOf } from './invariant/ledger.ts';
import { breachesAnytime, breachesAtTheEnd } from './invariants.ts';
import type { World } from './node.ts';
import { createObservations, type Violation } from './observations.ts';
import { type Pending, planClients } from './plan.ts';
import { createProvider } from './provider.ts';
import { createRandom } from './random.ts';
import { refundAll } from './refunds.ts';
import { createSightings } from './sighting.ts';
import { createSubscribers } from './subscriber.ts';
import { createTimeline } from './timeline.ts';
import { countsOf, type Totals } from './totals.ts';

/** The result of one history. */
export type HistoryResult = {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly totals: Totals;
  /** The points at which nodes crashed. */
  readonly crashPoints: readonly string[];
  /** Everything that happened, one line each. */
  readonly story: readonly string[];
};

const startAt = Date.UTC(2026, 0, 1);

const troubleMs = 80_000;

const checks = 4;

/** Longer than any job runs and any late video is polled for. */
const settleMs = 2 * 60 * 60_000;

/** Longer than a subscriber waits for the last change: a poller's round, a sweep, a reconnection. */
const lastWaitMs = 15_000;

/** Plays one history. Everything random comes from the seed, so the same seed plays the same history. */
export async function playHistory(seed: number): Promise<HistoryResult> {
  const random = createRandom(seed);
  const timeline = createTimeline(startAt);
  const story: string[] = [];
  const trace = (who: string, what: string) => {
    story.push(`${((timeline.now() - startAt) / 1000).toFixed(3).padStart(9)} ${who.padEnd(9)} ${what}`);
  };
  const climate = drawClimate(random);
  trace(
    'world',
    JSON.stringify(climate, (name, value: unknown) => (name === 'behaviors' ? undefined : value)),
  );
  let ids = 0;
  const newId = () => `01900000-0000-7000-8000-${(++ids).toString(16).padStart(12, '0')}`;
  const { weather } = climate;
  const provider = createProvider({ timeline, random, climate, trace: (what) => trace('provider', what) });
  const database = openDatabase(random, weather, newId);
  const wire = createWire(timeline, random, weather);
  const world: World = {
    timeline,
    random,
    climate,
    database,
    provider,
    wire,
    observations: createObservations(),
    newId,
    trace,
  };
  const cluster = startCluster(world);
  planTroubles(world, cluster, troubleMs);
  const sightings = createSightings();
  let isOver = false;
  const clientDeps = { timeline, random, sightings, anyNode: cluster.anyNode };
  const clients = createClients(clientDeps);
  const subscribers = createSubscribers({ ...clientDeps, isOver: () => isOver });
  const pending = planClients({ timeline, random, climate, clients, subscribers }, troubleMs);

  const violations: Violation[] = [];
  for (let check = 1; check <= checks; check += 1) {
    await timeline.runUntil(startAt + (check * troubleMs) / checks);
    for (const evidence of await readAll(world)) violations.push(...breachesAnytime(evidence));
  }
  trace('world', 'calms down');
  calmDown(climate);
  await settle(world, pending);
  await timeline.runUntil(timeline.now() + lastWaitMs);
  isOver = true;
  const accounts = await readAll(world);
  const { paid, posts } = provider;
  const { observations } = world;
  const { places } = cluster;
  const losses = await countLosses(world);
  const outcome = { accounts, paid, posts, sightings, observations, climate, places, losses, pending: pending.count };
  violations.push(...breachesAtTheEnd(outcome));
  violations.push(...(await refundAll(world, accounts)));
  for (const evidence of await readAll(world)) violations.push(...ledgerBreachesOf(evidence));
  database.close();
  const crashPoints = observations.departures.filter(({ how }) => how === 'crash').map(({ point }) => point);
  return { seed, violations, totals: countsOf(outcome), crashPoints, story };
}

/** Lets time pass until all nodes work, all clients are done and no job is due, or until `settleMs` have passed. */
async function settle({ timeline, climate, database, observations }: World, pending: Pending): Promise<void> {
  const until = timeline.now() + settleMs;
  while (timeline.now() < until) {
    await timeline.runUntil(timeline.now() + 5000);
    const dues = await Promise.all(climate.environments.map((each) => database.store.due(each, timeline.now(), 1)));
    const isIdle = dues.every(
      ({ submits, polls, endings, nextAt }) => submits + polls + endings === 0 && nextAt === null,
    );
    const isWell = observations.troubles.every(({ to }) => to <= timeline.now());
    if (isIdle && isWell && pending.count === 0) return;
  }
}

async function countLosses({ database, climate }: World): Promise<Losses> {
  const all = await Promise.all(climate.environments.map((environment) => database.store.losses(environment)));
  return {
    unconfirmed: all.reduce((sum, { unconfirmed }) => sum + unconfirmed, 0),
    lateVideos: all.reduce((sum, { lateVideos }) => sum + lateVideos, 0),
    withoutResult: all.reduce((sum, { withoutResult }) => sum + withoutResult, 0),
    lostVideos: all.reduce((sum, { lostVideos }) => sum + lostVideos, 0),
  };
}

async function readAll({ database }: World): Promise<Evidence[]> {
  database.isSpared = true;
  const all: Evidence[] = [];
  for (const id of database.accountIds()) all.push(await readEvidence(database.store, id));
  database.isSpared = false;
  return all;
}
