// `npm run bench:profile -- --row http-job`: where the CPU time of a row goes. Runs the row for one server alone, first to warm up, then
// with V8's profiler, and prints the functions that take the most time, with and without what they call. `--row storm` has a new server
// each time, as the row has, and no warm-up. `--row memory` prints what a connected user adds to the memory of a new server, by where it
// was allocated and by what it is.
//   --server yoga     another server than the gateway
//   --out folder      keeps the profiles, which Chrome's developer tools open
//   --top 80          how many functions
//   --quick           at a tiny scale
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import type { Profiler } from 'node:inspector';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Competitor, type Fleet, openFleet, type ServerName, serverNames } from './fleet.ts';
import { heapTables } from './heap.ts';
import { costOf, generateRequests, jobRequests, pageRequests, type Volley } from './row/http.ts';
import { connectAll, connectingGroups, end, openRestarts, resuming } from './row/restart.ts';
import { castOf, fullScale, quickScale } from './row/scale.ts';
import { closeScene, openScene, type Scene } from './row/scene.ts';
import { eventsScene, teamScene, usersScene } from './row/users.ts';

const { values } = parseArgs({
  options: {
    row: { type: 'string', default: 'http-job' },
    server: { type: 'string', default: 'reelgate' },
    out: { type: 'string' },
    top: { type: 'string', default: '80' },
    quick: { type: 'boolean', default: false },
  },
});

const scale = values.quick ? quickScale : fullScale;

if (values.row === 'memory') {
  const { server, out, top } = values;
  process.stdout.write(await heapTables({ server, top: Number(top), scale, ...(out !== undefined && { out }) }));
  process.exit();
}

const [warmUps, rounds] = [2, 4];

/** What is profiled. `prepare` comes before it each time and returns the server; `after` comes after it. */
type Work = {
  readonly warmUps: number;
  readonly prepare: () => Promise<Competitor>;
  readonly run: (target: Competitor) => Promise<unknown>;
  readonly after?: (target: Competitor) => Promise<unknown>;
  readonly close: () => Promise<void>;
};

/** The same of a server that runs all the time. */
type Part = { readonly prepare?: () => Promise<unknown>; readonly run: () => Promise<unknown> };

const rows: Readonly<Record<string, (fleet: Fleet, target: Competitor) => Part | Promise<Part>>> = {
  'http-job': (fleet, target) => asked(fleet, target, { each: jobRequests(fleet), count: scale.reads }),
  'http-page': (fleet, target) => asked(fleet, target, { each: pageRequests(fleet, scale), count: scale.pages }),
  generate: (fleet, target) =>
    asked(fleet, target, { each: generateRequests(fleet, scale), count: scale.mutations, connections: 64 }),
  users: (fleet, target) => published(target, usersScene(fleet, scale)),
  events: (fleet, target) => published(target, eventsScene(fleet, scale)),
  team: (fleet, target) => published(target, teamScene(fleet, scale)),
  connect(fleet, target) {
    const groups = connectingGroups(fleet, scale);
    return { prepare: () => closeScene([target]), run: () => connectAll(target, groups, groups.length) };
  },
};

type Asked = { readonly each: Volley['each']; readonly count: number; readonly connections?: number };

function asked(fleet: Fleet, target: Competitor, { each, count, connections = 16 }: Asked): Part {
  return { run: () => costOf(fleet, target, { each, connections, requests: count }, 'cpu') };
}

async function published(target: Competitor, scene: Scene): Promise<Part> {
  await openScene([target], scene);
  return {
    async prepare() {
      await target.server.ask('prepare', scene.change);
      await target.server.ask('collect');
      await target.load.ask('reset');
    },
    async run() {
      await target.server.ask('publish', scene.change);
      await target.load.ask('received', scene.results);
    },
  };
}

async function openFleetWork(row: string): Promise<Work> {
  // The gateway makes the jobs of every fleet.
  const names: readonly ServerName[] = ['reelgate', values.server as ServerName];
  const cast = castOf(scale);
  const fleet = await openFleet({ algorithm: 'HS256', cast, limits: 'default', names: [...new Set(names)] });
  const target = fleet.competitor(values.server);
  const part = await rows[row]?.(fleet, target);
  return {
    warmUps,
    async prepare() {
      await part?.prepare?.();
      return target;
    },
    run: async () => part?.run(),
    close: fleet.close,
  };
}

async function openStorm(): Promise<Work> {
  const restarts = await openRestarts(scale);
  const { groups, results } = resuming(restarts);
  return {
    warmUps: 0,
    prepare: () => restarts.start(values.server),
    run: (target) => connectAll(target, groups, results),
    after: end,
    close: restarts.close,
  };
}

const rowNames = [...Object.keys(rows), 'storm'];

if (!rowNames.includes(values.row) || !serverNames.some((name) => name === values.server)) {
  process.stderr.write(`--row: ${[...rowNames, 'memory'].join(', ')}; --server: ${serverNames.join(', ')}\n`);
  process.exit(2);
}

const folder = values.out ?? (await mkdtemp(join(tmpdir(), 'reelgate-profile-')));

await mkdir(folder, { recursive: true });

const work = values.row === 'storm' ? await openStorm() : await openFleetWork(values.row);

const profiles: Profiler.Profile[] = [];

for (let round = -work.warmUps; round < rounds; round += 1) {
  const target = await work.prepare();
  if (round < 0) {
    await work.run(target);
    continue;
  }
  const file = resolve(folder, `${values.row}-${round}.cpuprofile`);
  await target.server.beginProfile();
  await work.run(target);
  await target.server.endProfile(file);
  profiles.push(JSON.parse(await readFile(file, 'utf8')));
  await work.after?.(target);
}

await work.close();

process.stdout.write(topOf(profiles));
if (values.out === undefined) await rm(folder, { recursive: true });

type Times = Map<string, { own: number; all: number }>;

/** Own time and time with all callees, in microseconds, of each function in profiles. */
function timesOf(all: readonly Profiler.Profile[]): Times {
  const times: Times = new Map();
  for (const { nodes, samples = [], timeDeltas = [] } of all) {
    const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
    const byId = new Map(nodes.map((node) => [node.id, node]));
    for (const [at, id] of samples.entries()) {
      // The profiler's own start.
      if (byId.get(id)?.callFrame.functionName === 'dispatch') continue;
      const micros = timeDeltas[at] ?? 0;
      const seen = new Set<string>();
      for (let node = byId.get(id); node !== undefined; node = byId.get(parents.get(node.id) ?? -1)) {
        const name = nameOf(node.callFrame);
        const known = times.get(name) ?? { own: 0, all: 0 };
        times.set(name, known);
        if (seen.size === 0) known.own += micros;
        if (!seen.has(name)) known.all += micros;
        seen.add(name);
      }
    }
  }
  return times;
}

function nameOf({ functionName, url, lineNumber }: Profiler.ProfileNode['callFrame']): string {
  return `${functionName || '(anonymous)'} | ${url.split('/').slice(-2).join('/')}:${lineNumber + 1}`;
}

/** The functions with the most time, as a Markdown table. */
function topOf(all: readonly Profiler.Profile[]): string {
  const times = timesOf(all);
  for (const name of times.keys()) if (/^\((?:idle|root)\)/.test(name)) times.delete(name);
  const sum = [...times.values()].reduce((total, { own }) => total + own, 0);
  const share = (micros: number) => `${((micros / sum) * 100).toFixed(1)} %`;
  const lines = [...times].toSorted(([, a], [, b]) => b.all - a.all).slice(0, Number(values.top));
  const cells = lines.map(([name, { own, all: whole }]) => `| ${share(whole)} | ${share(own)} | ${name} |\n`);
  const head = `${values.row}, ${values.server}: ${(sum / 1e6).toFixed(2)} s in ${all.length} rounds`;
  return `${head}\n\n| with callees | own | function | file |\n| --- | --- | --- | --- |\n${cells.join('')}`;
}
