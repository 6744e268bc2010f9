import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { huntMutant, type Kill } from './hunt.ts';
import type { Mutant } from './mutant.ts';
import { mutants } from './mutants.ts';
import { readPastSeeds, seedsFrom } from './seeds.ts';

const usage = `Usage: npm run mutants -- [options]

  --histories N   how many histories a mutant must survive to count as a survivor (default 3000)
  --name TEXT     only mutants whose name contains this text
`;

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '3000' },
    name: { type: 'string', default: '' },
    help: { type: 'boolean' },
  },
});

if (values.help === true) process.stdout.write(usage);
else
  process.exitCode = await hunt(
    mutants.filter(({ name }) => name.includes(values.name)),
    Number(values.histories),
  );

/** Hunts mutants in parallel and prints each result; the exit code is 1 if one survived. */
async function hunt(all: readonly Mutant[], histories: number): Promise<number> {
  const startedAt = performance.now();
  const seeds = [...readPastSeeds(), ...seedsFrom(1, histories)];
  const kills = new Map<string, Kill | null>();
  const waiting = [...all];
  async function work(): Promise<void> {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const kill = await huntMutant(mutant, seeds);
      kills.set(mutant.name, kill);
      print(rowOf(mutant.name, kill));
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  const survivors = all.filter(({ name }) => kills.get(name) === null);
  print(
    `\n${all.length} mutants, ${survivors.length} survivors, ${Math.round((performance.now() - startedAt) / 1000)} s`,
  );
  return survivors.length > 0 ? 1 : 0;
}

function rowOf(name: string, kill: Kill | null): string {
  const fate =
    kill === null ? 'SURVIVES' : `${String(kill.histories).padStart(5)}  ${kill.invariant} (seed ${kill.seed})`;
  return `${name.padEnd(72)} ${fate}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
