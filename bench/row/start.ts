import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../src/lib/package.ts';
import { openChild } from '../child.ts';
import { costsOf, inRotation, medianOf } from '../measure.ts';
import type { FillCommands } from '../process/fill-database.ts';
import { spreadOf } from './line.ts';
import type { Row } from './scale.ts';

const startFile = join(projectRoot(), 'bin', 'reelgate.js');

/** Runs a program until its output matches, or to its end; returns the time in milliseconds. */
async function millisUntil(argv: readonly string[], database: string, ready: RegExp | null): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, argv, {
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', DATABASE_URL: `file:${database}`, LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  if (ready === null) {
    await gone;
    return performance.now() - startedAt;
  }
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    if (ready.test(output)) break;
  }
  const millis = performance.now() - startedAt;
  if (!ready.test(output)) throw new Error(`It did not start:\n${output}`);
  child.kill('SIGTERM');
  await gone;
  return millis;
}

/** From `npm start`'s own command to ready, minus the start of Node itself. */
export const start: Row = {
  name: 'start',
  async measure({ scale }) {
    const folder = await mkdtemp(join(tmpdir(), 'reelgate-bench-'));
    const many = join(folder, 'many.db');
    const filler = await openChild<FillCommands>('fill-database', many);
    await filler.ask('fill', scale.manyJobs);
    await filler.end();
    // The first start may have to build.
    await millisUntil([startFile, '--version'], many, null);
    let empties = 0;
    const names = ['node', 'empty', 'many'] as const;
    const measurements = await inRotation(names, { warmUps: 0, rounds: scale.starts }, async (name) => {
      empties += 1;
      const database = name === 'many' ? many : join(folder, `empty-${empties}.db`);
      const cost =
        name === 'node'
          ? await millisUntil(['-e', '0'], database, null)
          : await millisUntil([startFile], database, /GraphiQL\s+\S+\/graphql/);
      return { cost, generator: null };
    });
    await rm(folder, { recursive: true, force: true });
    const node = medianOf(costsOf(measurements, 'node'));
    return [
      ['empty', 'with an empty database'] as const,
      ['many', `with ${scale.manyJobs.toLocaleString('en')} jobs`] as const,
    ].map(([name, which]) => {
      const millis = costsOf(measurements, name);
      const more = millis.map((cost, round) => cost - (costsOf(measurements, 'node')[round] ?? Number.NaN));
      return {
        work: `start, ${which}`,
        against: 'Node itself',
        floor: 1500,
        goal: 1500,
        measured: medianOf(more),
        unit: 'ms',
        more: false,
        spread: spreadOf(more),
        generator: null,
        from: `${medianOf(millis).toFixed(0)} ms to ready, Node alone ${node.toFixed(0)} ms`,
      };
    });
  },
};
