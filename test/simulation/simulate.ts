import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { bundleWorker } from './bundle.ts';
import { playHistory } from './history.ts';
import { type HistoryKind, type Played, playSeeds } from './pool.ts';
import { seedsFrom } from './seeds.ts';
import { sumOf, type Totals } from './totals.ts';
import { playVideos } from './video/history.ts';
import { playWebhooks } from './webhook/history.ts';

const usage = `Usage: npm run simulate -- [options]

  --histories N   how many histories to play (default 1000)
  --from N        the first seed (default 1)
  --seed N        play only this seed, and print its story
  --kind KIND     histories of jobs, videos or webhooks (default jobs)
`;

/** More failing seeds than this are listed without their stories. */
const maxStories = 3;

const { values } = parseArgs({
  options: {
    histories: { type: 'string' },
    from: { type: 'string' },
    seed: { type: 'string' },
    kind: { type: 'string', default: 'jobs' },
    help: { type: 'boolean' },
  },
});

const kind = kindOf(values.kind);

if (values.help === true) process.stdout.write(usage);
else if (values.seed !== undefined) process.exitCode = await replay(numberOf(values.seed, 0));
else process.exitCode = await simulate(numberOf(values.from, 1), numberOf(values.histories, 1000));

/** Plays many histories and prints their totals; returns the exit code. */
async function simulate(first: number, count: number): Promise<number> {
  const startedAt = performance.now();
  const processes = Math.max(1, Math.min(availableParallelism(), count));
  const all: Totals[] = [];
  let histories = 0;
  const crashPoints = new Map<string, number>();
  const failed: Played[] = [];
  await playSeeds(
    await bundleWorker('simulation', null),
    { seeds: seedsFrom(first, count), processes, kind },
    (played) => {
      histories += 1;
      if (played.totals !== null) all.push(played.totals);
      for (const point of played.crashPoints) crashPoints.set(point, (crashPoints.get(point) ?? 0) + 1);
      if (played.violations.length > 0) failed.push(played);
      return true;
    },
  );
  const points = [...crashPoints].toSorted(([, a], [, b]) => b - a).map(([point, count]) => `${point} ${count}`);
  if (points.length > 0) print(`crashes: ${points.join(', ')}\n`);
  for (const { seed } of failed.slice(0, maxStories)) await replay(seed);
  const lines: [string, string | number][] = [
    ['seeds', `${first} to ${first + count - 1}`],
    ['histories', histories],
    ...(all.length === 0 ? [] : Object.entries(sumOf(all))),
    ['violations', failed.reduce((sum, { violations }) => sum + violations.length, 0)],
    ['seconds', Math.round((performance.now() - startedAt) / 1000)],
  ];
  for (const [name, value] of lines) print(`${name.padEnd(12)} ${value}`);
  if (failed.length > 0) print(`failing seeds: ${failed.map(({ seed }) => seed).join(' ')}`);
  return failed.length > 0 ? 1 : 0;
}

/** Plays one history in this process and prints its story; returns the exit code. */
async function replay(seed: number): Promise<number> {
  const { story, broken } = await storyOf(seed);
  for (const line of story) print(line);
  for (const what of broken) print(`seed ${seed} breaks ${what}`);
  print(`seed ${seed}: ${broken.length} violations\n`);
  return broken.length > 0 ? 1 : 0;
}

async function storyOf(
  seed: number,
): Promise<{ readonly story: readonly string[]; readonly broken: readonly string[] }> {
  if (kind !== 'jobs') {
    const { story, violations } = await (kind === 'videos' ? playVideos(seed) : playWebhooks(seed));
    return { story, broken: violations };
  }
  const { story, violations } = await playHistory(seed);
  return { story, broken: violations.map(({ invariant, what }) => `"${invariant}": ${what}`) };
}

function kindOf(text: string): HistoryKind {
  if (text === 'jobs' || text === 'videos' || text === 'webhooks') return text;
  throw new Error(`${text} is no kind of history.\n\n${usage}`);
}

function numberOf(text: string | undefined, otherwise: number): number {
  const number = Number(text ?? otherwise);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${text} is not a whole number.\n\n${usage}`);
  return number;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
