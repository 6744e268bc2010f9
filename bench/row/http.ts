import type { Competitor, Fleet } from '../fleet.ts';
import { costsOf, generatorOf, inRotation, type Measurements, medianOf, timesOf } from '../measure.ts';
import { bodyOf, operations } from '../operation.ts';
import type { Line } from '../table.ts';
import type { Row } from './scale.ts';

type Target = Pick<Competitor, 'name' | 'server' | 'port'>;

type Volley = { readonly bodies: readonly string[]; readonly connections: number; readonly requests: number };

/** Sends one request to each, and throws if a response differs from the first; ignores random ids. */
async function compare({ http }: Fleet, targets: readonly Target[], body: string, varying: RegExp): Promise<void> {
  const responses: string[] = [];
  for (const { name, port } of targets) {
    const { response } = await http.ask('send', {
      port,
      path: '/graphql',
      bodies: [body],
      connections: 1,
      requests: 1,
    });
    const { data }: { data: unknown } = JSON.parse(response);
    const text = JSON.stringify(data).replace(varying, '…');
    if (text !== (responses[0] ?? text))
      throw new Error(`${name} responds differently: ${response}\nwhere the first responded ${responses[0]}`);
    responses.push(text);
  }
}

/** Sends a volley of requests; `by` selects the cost: the server's CPU or elapsed time, both in microseconds per request. */
async function costOf({ http }: Fleet, { server, port }: Target, volley: Volley, by: 'cpu' | 'time') {
  const [serverBefore, generatorBefore] = [await server.cpuMicros(), await http.cpuMicros()];
  const { wallMicros } = await http.ask('send', { port, path: '/graphql', ...volley });
  const cpuMicros = (await server.cpuMicros()) - serverBefore;
  const generator = ((await http.cpuMicros()) - generatorBefore) / wallMicros;
  return { cost: (by === 'cpu' ? cpuMicros : wallMicros) / volley.requests, generator };
}

/** One job by id, read from SQLite, over kept-alive connections. */
export const httpRead: Row = {
  name: 'http-read',
  async measure({ scale, fleet: open }) {
    const fleet = await open();
    const names = ['reelgate', 'raw', 'yoga', 'mercurius'];
    const bodies = fleet.jobs.slice(0, 1000).map(({ id }) => bodyOf(operations.job, { id }));
    const targets = names.map((name) => fleet.competitor(name));
    await compare(fleet, targets, bodies[0] ?? '', /$^/);
    const volley = { bodies, connections: 16, requests: scale.reads };
    const measurements = await inRotation(names, scale, (name) => costOf(fleet, fleet.competitor(name), volley, 'cpu'));
    return [
      lineOf(measurements, 'HTTP, a job by id', ['raw'], { against: 'hand-written handler', floor: 0.6, goal: 0.8 }),
      lineOf(measurements, 'HTTP, a job by id', ['yoga'], { against: 'yoga', floor: 3, goal: 4 }),
      lineOf(measurements, 'HTTP, a job by id', ['mercurius'], {
        against: 'Mercurius with JIT',
        floor: 1,
        goal: 1.25,
      }),
    ];
  },
};

/** `generateVideo`, stored durably and submitted, many at a time. It measures elapsed time, because the disk is the limit. */
export const generate: Row = {
  name: 'generate',
  async measure({ scale, fleet: open }) {
    const fleet = await open();
    const names = ['reelgate', 'raw', 'yoga', 'mercurius', 'apollo'];
    const targets = names.map((name) => fleet.competitor(name));
    const bodies = [bodyOf(operations.generateVideo, { input: { prompt: 'Two people shaking hands' } })];
    await compare(fleet, targets, bodies[0] ?? '', /"id":"[^"]*"/g);
    const volley = { bodies, connections: 64, requests: scale.mutations };
    const measurements = await inRotation(names, scale, (name) =>
      costOf(fleet, fleet.competitor(name), volley, 'time'),
    );
    const work = 'HTTP, generateVideo with synchronous=FULL';
    return [lineOf(measurements, work, names.slice(2), { against: 'best peer', floor: 2.5, goal: 4 })];
  },
};

function lineOf(
  measurements: Measurements,
  work: string,
  others: readonly string[],
  { against, floor, goal }: Pick<Line, 'against' | 'floor' | 'goal'>,
): Line {
  const micros = (name: string) => `${name} ${medianOf(costsOf(measurements, name)).toFixed(1)}`;
  return {
    work,
    against,
    floor,
    goal,
    measured: Math.min(...others.map((other) => timesOf(measurements, 'reelgate', other))),
    unit: 'x',
    more: true,
    generator: generatorOf(measurements, ['reelgate', ...others]),
    from: `µs per request: ${['reelgate', ...others].map(micros).join(', ')}`,
  };
}
