// `npm run bench`: compares the gateway with what a team would use instead, and with what is possible at all. Prints a Markdown table: real
// users first, the ceilings after them.
//   --quick       every row at a tiny scale, to show that it works; judges nothing
//   --only a,b    these rows only
import { parseArgs } from 'node:util';
import { type Fleet, openFleet } from './fleet.ts';
import { stall } from './row/broadcast.ts';
import { connect, memory, storm } from './row/connect.ts';
import { burst, fanOut } from './row/fan-out.ts';
import { growth } from './row/growth.ts';
import { generate, httpJob, httpPage, httpPublished } from './row/http.ts';
import { life } from './row/life.ts';
import { nodes } from './row/nodes.ts';
import { players } from './row/players.ts';
import { poller } from './row/poller.ts';
import { castOf, crowdOf, type FleetKind, fullScale, quickScale, type Row, type Stage } from './row/scale.ts';
import { start } from './row/start.ts';
import { events, team, users } from './row/users.ts';
import { type Line, machineOf, tableOf } from './table.ts';

/** Rows that need the same fleet stand beside each other. */
const rows: readonly Row[] = [
  users,
  events,
  team,
  storm,
  connect,
  memory,
  httpJob,
  httpPage,
  generate,
  stall,
  httpPublished,
  life,
  players,
  poller,
  start,
  growth,
  nodes,
  fanOut,
  burst,
];

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } } });

const wanted = values.only?.split(',') ?? rows.map(({ name }) => name);

const unknown = wanted.filter((name) => rows.every((row) => row.name !== name));

if (unknown.length > 0) {
  process.stderr.write(`No such row: ${unknown.join(', ')}. Rows: ${rows.map(({ name }) => name).join(', ')}\n`);
  process.exit(2);
}

const scale = values.quick ? quickScale : fullScale;

let opened: { readonly kind: FleetKind; readonly fleet: Fleet } | null = null;

async function closeFleet(): Promise<void> {
  await opened?.fleet.close();
  opened = null;
}

const stage: Stage = {
  scale,
  async fleet(kind) {
    if (opened?.kind === kind) return opened.fleet;
    await closeFleet();
    const fleet = await openFleet({
      algorithm: kind === 'published' ? 'ES256' : 'HS256',
      cast: kind === 'crowd' ? crowdOf(scale) : castOf(scale),
      limits: kind === 'crowd' ? 'none' : 'default',
    });
    opened = { kind, fleet };
    return fleet;
  },
};

const lines: Line[] = [];

for (const row of rows.filter(({ name }) => wanted.includes(name))) {
  const startedAt = performance.now();
  try {
    lines.push(...(await row.measure(stage)));
    process.stderr.write(`${row.name}: ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`);
  } catch (error) {
    // The figures of the other rows are not lost.
    process.stderr.write(`${row.name} failed: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
    await closeFleet();
  }
}

await closeFleet();

process.stdout.write(`${machineOf()}\n\n${tableOf(lines, !values.quick)}`);
