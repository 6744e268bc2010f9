import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { bundleWorker } from './bundle.ts';
import { playHistory } from './history.ts';
import { type Played, playSeeds } from './pool.ts';
import { seedsFrom } from './seeds.ts';
import { sumOf, type Totals } from './totals.ts';

const usage = `Usage: npm run simulate -- [options]

  --histories N   how many histories to play (default 1000)
  --from N        the first seed (default 1)
  --seed N        play only this seed, and print its story
`;

/** More failing seeds than this are listed without their stories. */
const maxStories = 3;

const { values } = parseArgs({
  options: {
    histories: { type: 'string' },
    from: { type: 'string' },
    seed: { type: 'string' },
    help: { type: 'boolean' },
  },
});

if (values.help === true) process.stdout.write(usage);
else if (values.seed !== undefined) process.exitCode = await replay(numberOf(values.seed, 0));
else process.exitCode = await simulate(numberOf(values.from, 1), numberOf(values.histories, 1000));

/** Plays many histories and prints their totals; returns the exit code. */
async function simulate(first: number, count: number): Promise<number> {
  const startedAt = performance.now();
  const processes = Math.max(1, Math.min(availableParallelism(), count));
  const all: Totals[] = [];
  const crashPoints = new Map<string, number>();
  const failed: Played[] = [];
  await playSeeds(await bundleWorker('simulation', null), { seeds: seedsFrom(first, count), processes }, (played) => {
    if (played.totals !== null) all.push(played.totals);
    for (const point of played.crashPoints) crashPoints.set(point, (crashPoints.get(point) ?? 0) + 1);
    if (played.violations.length > 0) failed.push(played);
    return true;
  });
  const points = [...crashPoints].toSorted(([, a], [, b]) => b - a).map(([point, count]) => `${point} ${count}`);
  print(`crashes: ${points.join(', ')}\n`);
  for (const { seed } of failed.slice(0, maxStories)) await replay(seed);
  const lines: [string, string | number][] = [
    ['seeds', `${first} to ${first + count - 1}`],
    ['histories', all.length],
    ...Object.entries(sumOf(all)),
    ['violations', failed.reduce((sum, { violations }) => sum + violations.length, 0)],
    ['seconds', Math.round((performance.now() - startedAt) / 1000)],
  ];
  for (const [name, value] of lines) print(`${name.padEnd(12)} ${value}`);
  if (failed.length > 0) print(`failing seeds: ${failed.map(({ seed }) => seed).join(' ')}`);
  return failed.length > 0 ? 1 : 0;
}

/** Plays one history in this process and prints its story; returns the exit code. */
async function replay(seed: number): Promise<number> {
  const { story, violations } = await playHistory(seed);
  for (const line of story) print(line);
  for (const { invariant, what } of violations) print(`seed ${seed} breaks "${invariant}": ${what}`);
  print(`seed ${seed}: ${violations.length} violations\n`);
  return violations.length > 0 ? 1 : 0;
}

function numberOf(text: string | undefined, otherwise: number): number {
  const number = Number(text ?? otherwise);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${text} is not a whole number.\n\n${usage}`);
  return number;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
