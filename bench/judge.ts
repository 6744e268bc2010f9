// `npm run bench:judge`: what each mechanism that exists for speed gains. Gateways that lack one of them run side by side with the whole
// one, and take turns; a cell is how many times cheaper the whole one is, or how many times shorter its longest turn of the event loop.
// Prints a Markdown table.
//   --quick       at a tiny scale, to show that it works
//   --only a,b    these mechanisms only
//   --rows a,b    these rows only
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { openVariant } from './child.ts';
import { type Fleet, openFleet, withLoad } from './fleet.ts';
import { inRotation, type Measurements, timesOf } from './measure.ts';
import type { ServerCommands } from './process/server.ts';
import { costOf, generateRequests, jobRequests, pageRequests } from './row/http.ts';
import { castOf, fullScale, quickScale, type Scale } from './row/scale.ts';
import { longestTurnOf } from './row/scene.ts';
import { costsOfScene, eventsScene, teamFeedScene, teamScene, usersScene } from './row/users.ts';
import { machineOf } from './table.ts';
import { type Variant, variants } from './variant.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' }, rows: { type: 'string' } },
});

/** Fewer users than in the table of the peers, because nine gateways run at once. */
const scale: Scale = values.quick ? quickScale : { ...fullScale, users: 1500, dashboards: 150, rounds: 5 };

const judged = chosen(values.only, variants, ({ name }) => name);

const names = ['reelgate', ...judged.map(({ name }) => name)];

/** One more gateway, on a copy of the database. */
async function addVariant(fleet: Fleet, variant: Variant): Promise<void> {
  const file = join(fleet.folder, `${variant.name}.db`);
  const source = new Database(join(fleet.folder, 'gateway.db'), { readonly: true });
  await source.backup(file);
  source.close();
  const auth = JSON.stringify(fleet.issuer.auth);
  const server = await openVariant<ServerCommands>('server-reelgate', variant, auth, file, 'default');
  await server.ask('jobs', { cast: castOf(scale), given: fleet.jobs });
  fleet.add(await withLoad(variant.name, server));
}

/** The rows of the table, each with what it measures. */
const rows: Readonly<Record<string, (fleet: Fleet) => Promise<Measurements>>> = {
  users: (fleet) => costsOfScene({ fleet, names, scale }, usersScene(fleet, scale)),
  /** The longest turn of the event loop while all their jobs move at once. */
  'users-turn': (fleet) => costsOfScene({ fleet, names, scale }, usersScene(fleet, scale), longestTurnOf),
  events: (fleet) => costsOfScene({ fleet, names, scale }, eventsScene(fleet, scale)),
  'events-turn': (fleet) => costsOfScene({ fleet, names, scale }, eventsScene(fleet, scale), longestTurnOf),
  team: (fleet) => costsOfScene({ fleet, names, scale }, teamScene(fleet, scale)),
  'team-feed': (fleet) => costsOfScene({ fleet, names, scale }, teamFeedScene(fleet, scale)),
  'http-job': (fleet) =>
    volleys(fleet, { each: jobRequests(fleet), connections: 16, requests: scale.reads / 2 }, 'cpu'),
  'http-page': (fleet) =>
    volleys(fleet, { each: pageRequests(fleet, scale), connections: 16, requests: scale.pages }, 'cpu'),
  generate: (fleet) =>
    volleys(fleet, { each: generateRequests(fleet, scale), connections: 64, requests: scale.mutations }, 'time'),
};

function volleys(fleet: Fleet, volley: Parameters<typeof costOf>[2], by: 'cpu' | 'time'): Promise<Measurements> {
  return inRotation(names, scale, (name) => costOf(fleet, fleet.competitor(name), volley, by));
}

const measured = chosen(values.rows, Object.entries(rows), ([row]) => row);

/** Those of a list that an option names; all of them without it. Ends the program where it names another. */
function chosen<Item>(
  option: string | undefined,
  items: readonly Item[],
  nameOf: (item: Item) => string,
): readonly Item[] {
  const wanted = option?.split(',') ?? items.map(nameOf);
  const known = items.map(nameOf);
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`There is no ${unknown.join(', ')}. There are: ${known.join(', ')}\n`);
    process.exit(2);
  }
  return items.filter((item) => wanted.includes(nameOf(item)));
}

const fleet = await openFleet({ algorithm: 'HS256', cast: castOf(scale), limits: 'default', names: ['reelgate'] });

for (const variant of judged) await addVariant(fleet, variant);

const cells = new Map<string, string[]>(judged.map(({ name, what }) => [name, [what]]));

for (const [row, measure] of measured) {
  const startedAt = performance.now();
  const measurements = await measure(fleet);
  for (const [name, line] of cells) line.push(`${timesOf(measurements, 'reelgate', name).toFixed(2)}x`);
  process.stderr.write(`${row}: ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`);
}

await fleet.close();

const columns = ['mechanism', ...measured.map(([row]) => row)];

const lines = [columns, columns.map(() => '---'), ...cells.values()].map((line) => `| ${line.join(' | ')} |\n`);

process.stdout.write(`${machineOf()}\n\n${lines.join('')}`);
