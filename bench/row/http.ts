import type { Competitor, Fleet } from '../fleet.ts';
import { costsOf, type DocumentCache, generatorOf, inRotation, medianOf, timesOf } from '../measure.ts';
import { bodyOf, operations } from '../operation.ts';
import type { Line } from '../table.ts';
import type { Row } from './scale.ts';

type Target = Pick<Competitor, 'name' | 'server' | 'port'>;

type Volley = { readonly bodies: readonly string[]; readonly connections: number; readonly requests: number };

/** Sends one request to each, and throws where one answers other than the first; ids that differ by nature are left out. */
async function compare({ http }: Fleet, targets: readonly Target[], body: string, varying: RegExp): Promise<void> {
  const answers: string[] = [];
  for (const { name, port } of targets) {
    const { answer } = await http.ask('send', { port, path: '/graphql', bodies: [body], connections: 1, requests: 1 });
    const { data }: { data: unknown } = JSON.parse(answer);
    const text = JSON.stringify(data).replace(varying, '…');
    if (text !== (answers[0] ?? text))
      throw new Error(`${name} answers otherwise: ${answer}\nwhere others say ${answers[0]}`);
    answers.push(text);
  }
}

/** Has a volley answered; `by` says what it costs: the server's CPU or the time that passed, both in microseconds per request. */
async function costOf({ http }: Fleet, { server, port }: Target, volley: Volley, by: 'cpu' | 'time') {
  const [serverBefore, generatorBefore] = [await server.cpuMicros(), await http.cpuMicros()];
  const { wallMicros } = await http.ask('send', { port, path: '/graphql', ...volley });
  const cpuMicros = (await server.cpuMicros()) - serverBefore;
  const generator = ((await http.cpuMicros()) - generatorBefore) / wallMicros;
  return { cost: (by === 'cpu' ? cpuMicros : wallMicros) / volley.requests, generator };
}

/** One job by its id, read from SQLite, over connections that are kept. */
export const httpRead: Row = {
  name: 'http-read',
  async measure({ scale, fleet: open }) {
    const fleet = await open();
    const names = ['reelgate', 'raw', 'yoga', 'mercurius'];
    const bodies = fleet.jobs.slice(0, 1000).map(({ id }) => bodyOf(operations.job, { id }));
    const targets = names.map((name) => fleet.competitor(name));
    await compare(fleet, targets, bodies[0] ?? '', /$^/);
    const volley = { bodies, connections: 16, requests: scale.reads };
    const readings = await inRotation(names, scale, (name) => costOf(fleet, fleet.competitor(name), volley, 'cpu'));
    return [
      lineOf(readings, 'HTTP, a job by id', ['raw'], { against: 'hand-written handler', floor: 0.6, goal: 0.8 }),
      lineOf(readings, 'HTTP, a job by id', ['yoga'], { against: 'yoga', floor: 3, goal: 4 }),
      lineOf(readings, 'HTTP, a job by id', ['mercurius'], {
        against: 'Mercurius with JIT',
        floor: 1,
        goal: 1.25,
      }),
    ];
  },
};

/** A wish, stored for good and sent, many at a time: what counts is the time that passes, since the disk is what is waited for. */
export const generate: Row = {
  name: 'generate',
  async measure({ scale, fleet: open }) {
    const fleet = await open();
    const names = ['reelgate', 'raw', 'yoga', 'mercurius', 'apollo'];
    const targets = names.map((name) => fleet.competitor(name));
    const bodies = [bodyOf(operations.generateVideo, { input: { prompt: 'Two people shaking hands' } })];
    await compare(fleet, targets, bodies[0] ?? '', /"id":"[^"]*"/g);
    const volley = { bodies, connections: 64, requests: scale.wishes };
    const readings = await inRotation(names, scale, (name) => costOf(fleet, fleet.competitor(name), volley, 'time'));
    const work = 'HTTP, generateVideo with synchronous=FULL';
    return [lineOf(readings, work, names.slice(2), { against: 'best peer', floor: 2.5, goal: 4 })];
  },
};

function lineOf(
  readings: DocumentCache,
  work: string,
  others: readonly string[],
  { against, floor, goal }: Pick<Line, 'against' | 'floor' | 'goal'>,
): Line {
  const micros = (name: string) => `${name} ${medianOf(costsOf(readings, name)).toFixed(1)}`;
  return {
    work,
    against,
    floor,
    goal,
    measured: Math.min(...others.map((other) => timesOf(readings, 'reelgate', other))),
    unit: 'x',
    more: true,
    generator: generatorOf(readings, ['reelgate', ...others]),
    from: `µs per request: ${['reelgate', ...others].map(micros).join(', ')}`,
  };
}
