import { setTimeout } from 'node:timers/promises';
import type { Competitor, Fleet } from '../fleet.ts';
import type { Measurement } from '../measure.ts';
import type { SocketGroup } from '../process/load-sockets.ts';
import type { JobChange } from '../process/server.ts';

/** Subscriptions of many sockets, and a change that they receive. */
export type Scene = {
  readonly groups: readonly SocketGroup[];
  readonly change: JobChange;
  /** How many results that makes over all sockets. */
  readonly results: number;
};

const stepMs = 20;

const patienceMs = 1000;

const probes = 20;

/** Opens a scene's sockets at each competitor; fulfils when a change reaches all of them, with the same text at each. */
export async function openScene(competitors: readonly Competitor[], scene: Scene): Promise<void> {
  const probesOf = new Map<Competitor, number>();
  for (const competitor of competitors) {
    await competitor.load.ask('connect', { port: competitor.port, groups: scene.groups });
    probesOf.set(competitor, await reachAll(competitor, scene));
  }
  // Each competitor must have had the same number of changes, because each moves a job to its next state.
  const most = Math.max(...probesOf.values());
  const newest: string[] = [];
  for (const [competitor, done] of probesOf) {
    for (let probe = done; probe < most; probe += 1) await probeOnce(competitor, scene);
    newest.push(await competitor.load.ask('newest'));
  }
  const [data, ...others] = newest.map(dataIn);
  for (const [index, other] of others.entries()) {
    if (other !== data) {
      const name = competitors[index + 1]?.name;
      throw new Error(`${name} sends another payload:\n${other}\nwhere ${competitors[0]?.name} sends\n${data}`);
    }
  }
}

/**
 * Makes changes until all sockets receive one and the same change, because no message confirms a subscription. Returns how many it took.
 */
async function reachAll(competitor: Competitor, scene: Scene): Promise<number> {
  let reached = 0;
  for (let probe = 1; probe <= probes; probe += 1) {
    reached = await probeOnce(competitor, scene);
    if (reached === scene.results) return probe;
    // A result still on its way must not count for the next change.
    await arrived(competitor.load, Number.POSITIVE_INFINITY);
  }
  throw new Error(
    `${competitor.name} does not reach all who subscribed: ${reached} of ${scene.results} results came in`,
  );
}

/** Makes one change; returns how many results were received. */
async function probeOnce({ server, load }: Competitor, { change, results }: Scene): Promise<number> {
  await load.ask('reset');
  await server.ask('prepare', change);
  await server.ask('publish', change);
  return arrived(load, results);
}

/** Waits until this many results have been received, or none for a while; returns how many. */
async function arrived(load: Competitor['load'], results: number): Promise<number> {
  let count = await load.ask('count');
  for (let quietMs = 0; count < results && quietMs < patienceMs; quietMs += stepMs) {
    await setTimeout(stepMs);
    const next = await load.ask('count');
    if (next !== count) quietMs = 0;
    count = next;
  }
  return count;
}

/** With several jobs, the last one may differ; progress goes on meanwhile. */
const varying = new RegExp(
  [
    '"(?:id|cursor|createdAt|submittedAt)":"[^"]*"|"seed":\\d+|desk \\d+',
    '"(?:fraction|elapsedSeconds|remainingSeconds)":[^,}]+|"estimatedFinishAt":(?:null|"[^"]*")',
  ].join('|'),
  'g',
);

function dataIn(text: string): string {
  const message: { payload: { data: unknown } } = JSON.parse(text);
  return JSON.stringify(message.payload.data).replace(varying, '…');
}

/**
 * The server's CPU per result over several changes, in microseconds. Each change is delivered before the next, so that the generator is not
 * the limit.
 */
export async function costOfPublishing(
  { server, load }: Competitor,
  scene: Scene,
  events: number,
): Promise<Measurement> {
  let cpuMicros = 0;
  const generatorBefore = await load.cpuMicros();
  const startedAt = performance.now();
  for (let event = 0; event < events; event += 1) {
    await server.ask('prepare', scene.change);
    await server.ask('collect');
    await load.ask('reset');
    const before = await server.cpuMicros();
    const publishedAt = performance.now();
    await server.ask('publish', scene.change);
    await load.ask('received', scene.results);
    cpuMicros += (await server.cpuMicros()) - before;
    await setTimeout(Math.max(10, (performance.now() - publishedAt) / 2));
  }
  const wallMicros = (performance.now() - startedAt) * 1000;
  const generator = ((await load.cpuMicros()) - generatorBefore) / wallMicros;
  return { cost: cpuMicros / (events * scene.results), generator };
}

/** The longest turn of the server's event loop while a change is delivered, in milliseconds: the longest of several changes. */
export async function longestTurnOf({ server, load }: Competitor, scene: Scene, events: number): Promise<Measurement> {
  let cost = 0;
  for (let event = 0; event < events; event += 1) {
    await server.ask('prepare', scene.change);
    await server.ask('collect');
    await load.ask('reset');
    await server.ask('watchTurns');
    await server.ask('publish', scene.change);
    await load.ask('received', scene.results);
    cost = Math.max(cost, await server.ask('longestTurn'));
  }
  return { cost, generator: null };
}

/** Closes a scene's sockets. */
export async function closeScene(competitors: readonly Competitor[]): Promise<void> {
  await Promise.all(competitors.map(({ load }) => load.ask('disconnect')));
}

/** All competitors with these names. */
export function competitorsOf(fleet: Fleet, names: readonly string[]): readonly Competitor[] {
  return names.map((name) => fleet.competitor(name));
}
