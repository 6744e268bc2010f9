import { setTimeout } from 'node:timers/promises';
import type { Competitor, Fleet } from '../fleet.ts';
import type { Snapshot } from '../measure.ts';
import type { SocketGroup } from '../process/load-sockets.ts';
import type { Happening } from '../process/server.ts';

/** Who listens to what, and what then happens. */
export type Scene = {
  readonly groups: readonly SocketGroup[];
  readonly happening: Happening;
  /** How many results that makes, over all sockets. */
  readonly results: number;
};

const stepMs = 20;

const patienceMs = 1000;

const probes = 20;

/** Opens a scene's sockets at each competitor; fulfils when what happens reaches all of them, and in the same words at each. */
export async function gather(competitors: readonly Competitor[], scene: Scene): Promise<void> {
  const probesOf = new Map<Competitor, number>();
  for (const competitor of competitors) {
    await competitor.load.ask('connect', { port: competitor.port, groups: scene.groups });
    probesOf.set(competitor, await reachAll(competitor, scene));
  }
  // As much must have happened at each: a job goes from one state to the next every time.
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

/** Lets something happen until everyone has been told of one and the same happening, since no message confirms a subscription; how often that took. */
async function reachAll(competitor: Competitor, scene: Scene): Promise<number> {
  let reached = 0;
  for (let probe = 1; probe <= probes; probe += 1) {
    reached = await probeOnce(competitor, scene);
    if (reached === scene.results) return probe;
    // What is still on its way must not be taken for the next.
    await arrived(competitor.load, Number.POSITIVE_INFINITY);
  }
  throw new Error(
    `${competitor.name} does not reach all who subscribed: ${reached} of ${scene.results} results came in`,
  );
}

/** Lets something happen once; how many results came in. */
async function probeOnce({ server, load }: Competitor, { happening, results }: Scene): Promise<number> {
  await load.ask('reset');
  await server.ask('prepare', happening);
  await server.ask('tell', happening);
  return arrived(load, results);
}

/** Waits until so many results have come in, or none has for a while; how many there are. */
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

function dataIn(text: string): string {
  const message: { payload: { data: unknown } } = JSON.parse(text);
  // The last of several jobs need not be the same at each.
  return JSON.stringify(message.payload.data).replace(/"id":"[^"]*"|"seed":\d+|desk \d+/g, '…');
}

/** The server's CPU per result, in microseconds, over some happenings; each has passed before the next begins, so that the generator is not what is measured. */
export async function costOfTelling({ server, load }: Competitor, scene: Scene, events: number): Promise<Snapshot> {
  let cpuMicros = 0;
  const generatorBefore = await load.cpuMicros();
  const startedAt = performance.now();
  for (let event = 0; event < events; event += 1) {
    await server.ask('prepare', scene.happening);
    if (scene.happening.kind === 'polled') await server.ask('collect');
    await load.ask('reset');
    const before = await server.cpuMicros();
    const toldAt = performance.now();
    await server.ask('tell', scene.happening);
    await load.ask('received', scene.results);
    cpuMicros += (await server.cpuMicros()) - before;
    await setTimeout(Math.max(10, (performance.now() - toldAt) / 2));
  }
  const wallMicros = (performance.now() - startedAt) * 1000;
  const generator = ((await load.cpuMicros()) - generatorBefore) / wallMicros;
  return { cost: cpuMicros / (events * scene.results), generator };
}

/** Takes a scene's sockets away again. */
export async function dismiss(competitors: readonly Competitor[]): Promise<void> {
  await Promise.all(competitors.map(({ load }) => load.ask('disconnect')));
}

/** All the competitors of these names. */
export function competitorsOf(fleet: Fleet, names: readonly string[]): readonly Competitor[] {
  return names.map((name) => fleet.competitor(name));
}
