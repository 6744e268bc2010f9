import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openChild } from '../child.ts';
import { costsOf, inRotation, medianOf } from '../measure.ts';
import { bodyOf, operations } from '../operation.ts';
import type { HttpLoad } from '../process/load-http.ts';
import type { PlayersLoad } from '../process/load-players.ts';
import type { ReelgateCommands } from '../process/server.ts';
import { account } from '../process/stored-jobs.ts';
import { spreadOf } from './line.ts';
import type { Row } from './scale.ts';

/** Two megabits a second each, as a video for the web has them. */
const stream = { byteSize: 8 * 1024 * 1024, rangeBytes: 256 * 1024, everyMs: 1000 };

/** How much longer a query takes while videos are played from the same gateway: the 99th percentile, against a gateway without players. */
export const players: Row = {
  name: 'players',
  async measure({ scale }) {
    const folder = await mkdtemp(join(tmpdir(), 'reelgate-bench-'));
    const server = await openChild<ReelgateCommands>('server-reelgate', 'demo', join(folder, 'gateway.db'));
    const http = await openChild<HttpLoad>('load-http');
    const load = await openChild<PlayersLoad>('load-players');
    const port = await server.ask('port');
    const [owned] = await server.ask('jobs', { cast: [{ owner: account.owner, jobs: 1 }], given: [] });
    const path = await server.ask('video', stream.byteSize);
    const each = [{ body: bodyOf(operations.job, { id: owned?.job.id }) }];
    const queries = { port, each, requests: scale.queries, everyMs: 2 };
    let ranges = 0;
    const rounds = { warmUps: 1, rounds: scale.rounds };
    const measurements = await inRotation(['alone', 'beside'], rounds, async (name) => {
      if (name === 'beside') await load.ask('play', { port, path, players: scale.players, ...stream });
      const cost = await http.ask('slowest', queries);
      if (name === 'beside') ranges += await load.ask('stop');
      return { cost, generator: null };
    });
    for (const child of [server, http, load]) await child.end();
    await rm(folder, { recursive: true, force: true });
    const [alone, beside] = [costsOf(measurements, 'alone'), costsOf(measurements, 'beside')];
    const more = beside.map((cost, round) => cost - (alone[round] ?? Number.NaN));
    const millis = (costs: readonly number[]) => medianOf(costs).toFixed(1);
    return [
      {
        work: `p99 of a query while ${scale.players} videos are played`,
        against: 'nobody playing',
        floor: 15,
        goal: 8,
        measured: medianOf(more),
        unit: 'ms',
        more: false,
        spread: spreadOf(more),
        generator: null,
        from: `ms: ${millis(beside)} beside, ${millis(alone)} alone; ${ranges.toLocaleString('en')} ranges of 256 KiB`,
      },
    ];
  },
};
