import type { Job } from '../../../src/domain/job.ts';
import { webhookEventTypes } from '../../../src/domain/webhook.ts';
import { endpointEnabled } from '../../../src/domain/webhook-schedule.ts';
import { type LoggedDelivery, webhookTopic } from '../../../src/ports/webhook.ts';
import type { Store } from '../../../src/ports.ts';
import { endpoint } from '../../store/contract/webhook-world.ts';
import { admit, canceled, changeOf, completed, failed, first, live, lives } from '../../store/contract/world.ts';
import { createWire } from '../bell-wire.ts';
import type { Weather } from '../climate.ts';
import { DatabaseFault, openDatabase, type SimulatedDatabase } from '../database.ts';
import { createObservations } from '../observations.ts';
import { createRandom } from '../random.ts';
import { createTimeline } from '../timeline.ts';
import { startWebhookNode, type WebhookWorld } from './node.ts';
import type { Mood, SimulatedReceiver } from './receivers.ts';

/** What became of the webhooks of a history. */
export type WebhookResult = {
  readonly violations: readonly string[];
  /** Everything that happened, one line each. */
  readonly story: readonly string[];
  readonly counts: {
    events: number;
    delivered: number;
    again: number;
    waiting: number;
    switchedOff: number;
    crashes: number;
  };
};

const startAt = Date.UTC(2026, 0, 1);

/** Within it a delivery fails three times at most, so that the next attempt is minutes away, not hours. */
const troubleMs = 4 * 60_000;

/** Longer than any lease, Retry-After and the five minutes before a third attempt. */
const settleMs = 15 * 60_000;

/** Plays one history of nodes that send webhooks. Everything random comes from the seed. */
export async function playWebhooks(seed: number): Promise<WebhookResult> {
  const random = createRandom(seed);
  const timeline = createTimeline(startAt);
  const story: string[] = [];
  const trace = (who: string, what: string) => {
    story.push(`${((timeline.now() - startAt) / 1000).toFixed(3).padStart(9)} ${who.padEnd(9)} ${what}`);
  };
  const weather: Weather = {
    crash: random.pick([0, 0.005, 0.02]),
    pause: random.pick([0, 0, 0.01]),
    delay: 0.2,
    delayMs: 500,
    fault: random.pick([0.001, 0.02, 0.05]),
    drain: random.pick([0, 0.002]),
    lostRings: 0.2,
  };
  let ids = 0;
  const newId = () => `01900000-0000-7000-8000-${(++ids).toString(16).padStart(12, '0')}`;
  const database = openDatabase(random, weather, newId);
  const { store } = database;
  const receivers = new Map<string, SimulatedReceiver>();
  const world: WebhookWorld = {
    ...{ timeline, random, weather, receivers, mistakes: [], store, newId, trace },
    wire: createWire(timeline, random, weather),
    observations: createObservations(),
  };
  database.isSpared = true;
  for (let count = random.whole(1, 3); count > 0; count -= 1) await addReceiver(receivers, store, random.pick(moods));
  const jobs: Job[] = [];
  for (let count = random.whole(2, 12); count > 0; count -= 1) {
    const { job } = await admit(store, { createdAt: startAt - 60_000, idempotencyKey: null });
    jobs.push(random.chance(0.7) ? await live(store, job, lives.queued, startAt - 60_000) : job);
  }
  database.isSpared = false;
  for (let place = random.whole(1, 3); place > 0; place -= 1) startWebhookNode(`node ${place}`, world);
  const ends = jobs.map(() => startAt + random.whole(0, troubleMs));
  for (const [index, job] of jobs.entries()) timeline.at(ends[index] ?? startAt, () => endJob(job, world));
  if (random.chance(0.3)) timeline.at(startAt + random.whole(0, troubleMs), () => switchOff(world));
  if (random.chance(0.4)) timeline.at(random.pick(ends) + random.whole(0, 5000), () => move(world));
  await timeline.runUntil(startAt + troubleMs);
  trace('world', 'calms down');
  Object.assign(weather, { crash: 0, pause: 0, delay: 0, fault: 0, drain: 0, lostRings: 0 });
  // What was still under way meets receivers of both moods.
  await timeline.runUntil(startAt + troubleMs + 2 * 60_000);
  const switchedOff = await switchOn(world, database);
  await timeline.runUntil(startAt + troubleMs + settleMs);

  database.isSpared = true;
  const logs = await Promise.all([...receivers.values()].map((each) => logOf(each, store)));
  const violations = [
    ...world.mistakes,
    ...world.observations.violations.map(({ what }) => what),
    ...logs.flatMap((log) => breachesOf(log, jobs, timeline.now())),
  ];
  const rows = logs.flatMap(({ deliveries }) => deliveries);
  const counts = {
    events: jobs.length,
    delivered: rows.filter(({ state }) => state === 'DELIVERED').length,
    again: rows.filter(({ attempts }) => attempts.length > 1).length,
    waiting: rows.filter(({ state }) => state === 'PENDING').length,
    switchedOff,
    crashes: world.observations.departures.filter(({ how }) => how === 'crash').length,
  };
  database.close();
  return { violations, story, counts };
}

const moods: readonly Mood[] = ['good', 'good', 'slow', 'gone', 'broken'];

async function addReceiver(receivers: Map<string, SimulatedReceiver>, store: Store, mood: Mood): Promise<void> {
  const url = `https://receiver-${receivers.size}.example/hook`;
  const made = await endpoint(store, { url, createdAt: startAt, eventTypes: webhookEventTypes });
  receivers.set(url, { endpoint: made, mood, had: new Map(), accepted: new Set() });
}

/** Ends a job as often as the database refuses it. Its event and its deliveries are one transaction. */
function endJob(job: Job, world: WebhookWorld): void {
  const { store, timeline, wire, random, mistakes } = world;
  const event = job.state === 'PENDING' ? canceled : random.pick([completed, failed]);
  const change = changeOf(job, event, timeline.now());
  store.commit(change, timeline.now()).then(
    (isWritten) => {
      if (!isWritten) mistakes.push(`${job.id} was ended by nobody`);
      world.trace('world', `ends ${job.id}`);
      wire.send([webhookTopic]);
    },
    (error: unknown) => {
      if (!(error instanceof DatabaseFault)) mistakes.push(String(error));
      timeline.at(timeline.now() + 1000, () => endJob(job, world));
    },
  );
}

/** Somebody switches an endpoint off by hand. */
function switchOff({ store, receivers, random, mistakes, trace }: WebhookWorld): void {
  const { endpoint: chosen } = random.pick([...receivers.values()]);
  trace('world', `switches ${chosen.url} off`);
  store
    .changeWebhookEndpoint(chosen.id, (known) => ({ ...known, enabled: false }))
    .catch((error: unknown) => {
      if (!(error instanceof DatabaseFault)) mistakes.push(String(error));
    });
}

/** Somebody gives an endpoint another address, while requests to the old one are under way: that answers 410 from now on. */
function move({ store, receivers, random, mistakes, trace }: WebhookWorld): void {
  const willing = [...receivers.values()].filter(({ mood }) => mood === 'good' || mood === 'slow');
  if (willing.length === 0) return;
  const old = random.pick(willing);
  const url = `https://moved-${receivers.size}.example/hook`;
  trace('world', `moves ${old.endpoint.url} to ${url}`);
  receivers.set(url, { ...old });
  store
    .changeWebhookEndpoint(old.endpoint.id, (known) => ({
      ...known,
      url,
      faults: 0,
      failingSince: null,
      slowUntil: null,
    }))
    .then(
      () => {
        old.mood = 'gone';
      },
      (error: unknown) => {
        if (!(error instanceof DatabaseFault)) mistakes.push(String(error));
      },
    );
}

/** Switches on what is off, and asks for everything that was missed. Returns how many endpoints were off. */
async function switchOn(world: WebhookWorld, database: SimulatedDatabase): Promise<number> {
  const { store, receivers, timeline } = world;
  let count = 0;
  database.isSpared = true;
  for (const { endpoint: each } of receivers.values()) {
    const now = await store.findWebhookEndpoint(each.id);
    if (now?.enabled !== false) continue;
    count += 1;
    if (now.disabledReason !== null && receivers.get(now.url)?.mood !== 'gone')
      world.mistakes.push(`${now.url} was switched off, though it never answered 410`);
    await store.changeWebhookEndpoint(each.id, endpointEnabled);
    await store.redeliverWebhooks(each.id, startAt, timeline.now());
  }
  database.isSpared = false;
  return count;
}

type EndpointLog = { readonly receiver: SimulatedReceiver; readonly deliveries: readonly LoggedDelivery[] };

async function logOf(receiver: SimulatedReceiver, store: Store): Promise<EndpointLog> {
  return { receiver, deliveries: (await store.listWebhookDeliveries(receiver.endpoint.id, null, first(100))).items };
}

/** Every event of an endpoint is delivered or waits for a receiver that does not take it; none is dropped in silence. */
function breachesOf({ receiver, deliveries }: EndpointLog, jobs: readonly Job[], now: number): readonly string[] {
  const { endpoint: told, mood, had, accepted } = receiver;
  const untold = jobs.filter(({ id }) => deliveries.filter(({ jobId }) => jobId === id).length !== 1);
  const known = new Set(deliveries.map(({ messageId }) => messageId));
  const unknown = [...had.keys()].filter((id) => !known.has(id));
  return [
    ...untold.map(({ id }) => `${told.url} is not told of ${id}, or twice`),
    ...unknown.map((id) => `${told.url} was sent ${id}, which nobody has stored`),
    ...deliveries.flatMap(({ id, messageId, state, nextAt, payload, attempts }) => {
      const successes = attempts.filter(({ error }) => error === null).length;
      if (had.has(messageId) && had.get(messageId) !== payload) return [`${id} was sent with another body`];
      if (state === 'DELIVERED' && !accepted.has(messageId)) return [`${id} is DELIVERED and was not taken`];
      if (state === 'DELIVERED') return successes > 0 ? [] : [`${id} is DELIVERED without a successful attempt`];
      if (mood !== 'broken') return [`${id} is ${state} though its receiver takes everything`];
      return state === 'PENDING' && (nextAt ?? 0) > now - 60_000 ? [] : [`${id} is ${state} and waits for nothing`];
    }),
  ];
}
