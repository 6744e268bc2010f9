// `npm run bench`: compares the gateway with what a team would use instead, and with what is possible at all. Prints a Markdown table.
//   --quick       every row at a tiny scale, to show that it works; judges nothing
//   --only a,b    these rows only
import { parseArgs } from 'node:util';
import { type Fleet, openFleet } from './fleet.ts';
import { idle, stall } from './row/broadcast.ts';
import { burst, dashboards, fanOut, ownJobs } from './row/fan-out.ts';
import { growth } from './row/growth.ts';
import { generate, httpRead } from './row/http.ts';
import { players } from './row/players.ts';
import { poller } from './row/poller.ts';
import { fullScale, quickScale, type Row, type Stage } from './row/scale.ts';
import { start } from './row/start.ts';
import { type Line, machineOf, tableOf } from './table.ts';

const rows: readonly Row[] = [
  fanOut,
  burst,
  dashboards,
  ownJobs,
  stall,
  idle,
  players,
  httpRead,
  generate,
  poller,
  start,
  growth,
];

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } } });

const wanted = values.only?.split(',') ?? rows.map(({ name }) => name);

const unknown = wanted.filter((name) => rows.every((row) => row.name !== name));

if (unknown.length > 0) {
  process.stderr.write(`No such row: ${unknown.join(', ')}. Rows: ${rows.map(({ name }) => name).join(', ')}\n`);
  process.exit(2);
}

const scale = values.quick ? quickScale : fullScale;

const opened: Promise<Fleet>[] = [];

const stage: Stage = {
  scale,
  fleet: () => {
    const fleet = opened[0] ?? openFleet(Math.max(scale.ownJobs, scale.jobsEach, 10));
    if (opened.length === 0) opened.push(fleet);
    return fleet;
  },
};

const lines: Line[] = [];

for (const row of rows.filter(({ name }) => wanted.includes(name))) {
  const startedAt = performance.now();
  lines.push(...(await row.measure(stage)));
  process.stderr.write(`${row.name}: ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`);
}

for (const fleet of opened) await (await fleet).close();

process.stdout.write(`${machineOf()}\n\n${tableOf(lines, !values.quick)}`);
