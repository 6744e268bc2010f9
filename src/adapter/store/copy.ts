import { existsSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { Client } from 'pg';
import { fileOf } from './open.ts';
import { connectionOptions } from './postgres/engine/connections.ts';
import { faultOf } from './postgres/engine/fault.ts';
import { takeNodeLock } from './postgres/engine/node-lock.ts';
import { openErrorOf } from './postgres/engine/open-fault.ts';
import { applyPending } from './postgres/open.ts';
import { StoreOpenError } from './shared/open-error.ts';
import { openConnection } from './sqlite/engine/connection.ts';

/** How many rows of each table were copied, in the order in which they were. */
export type Copied = ReadonlyMap<string, number>;

/** Every table, after those that its rows point to. */
const tables = ['accounts', 'jobs', 'ledger_entries', 'job_events', 'api_keys', 'settings'] as const;

/** What has to be the same on both sides beside the number of rows. */
const sums: Readonly<Record<(typeof tables)[number], string>> = {
  accounts:
    "sum(balance) || ' ' || sum(held) || ' ' || sum(running) || ' ' || sum(feed) || ' ' || sum(ledger) || ' ' || sum(jobs)",
  jobs: "sum(price_credits) || ' ' || sum(version) || ' ' || sum(created_at)",
  ledger_entries: "sum(credits) || ' ' || sum(balance_after)",
  job_events: "sum(feed) || ' ' || sum(version)",
  api_keys: "sum(created_at) || ''",
  settings: "sum(pings) || ''",
};

/** Accounts whose books do not balance: there are none. */
const unbalanced = `SELECT count(*)::int AS count FROM accounts WHERE
  balance <> (SELECT coalesce(sum(credits), 0) FROM ledger_entries WHERE account_id = accounts.id) OR
  held <> (SELECT coalesce(sum(price_credits), 0) FROM jobs WHERE account_id = accounts.id AND finished_at IS NULL)`;

const batchRows = 500;

/**
 * Copies a SQLite installation that is stopped into an empty PostgreSQL database, row for row, all in one transaction. Rejects with a
 * StoreOpenError, and nothing copied, where a gateway serves either, the target is not empty, or the two do not add up to the same.
 */
export async function copyStore(from: string, to: string): Promise<Copied> {
  const file = fileOf(from);
  if (!existsSync(file))
    throw new StoreOpenError(`There is no database ${file}: let --from name the one that the gateway used.`);
  const source = openConnection(file, true);
  try {
    await applyPending(to);
    const lock = await takeNodeLock(to, false);
    try {
      return await withClient(to, (client) => copyAll(source.sqlite, client));
    } finally {
      await lock.release();
    }
  } catch (error) {
    throw openErrorOf(faultOf(error), to);
  } finally {
    source.close();
  }
}

async function copyAll(sqlite: Database, client: Client): Promise<Copied> {
  const copied = new Map<string, number>();
  // The guards know how rows come to be one by one, and these have their lives behind them. Constraints and foreign keys stay.
  const guards = (verb: 'ENABLE' | 'DISABLE') =>
    tables.map((table) => `ALTER TABLE ${table} ${verb} TRIGGER USER`).join('; ');
  await client.query('BEGIN');
  await client.query(guards('DISABLE'));
  for (const table of tables) await refuseRows(client, table);
  for (const table of tables) {
    copied.set(table, await copyTable(sqlite, client, table));
    await compare(sqlite, client, table);
  }
  const { rows } = await client.query<{ count: number }>(unbalanced);
  if (rows[0]?.count !== 0) throw new StoreOpenError('The books of some accounts do not balance; nothing was copied.');
  await client.query(guards('ENABLE'));
  await client.query('COMMIT');
  return copied;
}

async function refuseRows(client: Client, table: string): Promise<void> {
  const { rowCount } = await client.query(`SELECT 1 FROM ${table} LIMIT 1`);
  if (rowCount !== 0) throw new StoreOpenError('The database that --to names is not empty: let it name a new one.');
}

async function copyTable(sqlite: Database, client: Client, table: string): Promise<number> {
  const insert = `INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)`;
  let batch: unknown[] = [];
  let count = 0;
  const flush = async () => {
    if (batch.length > 0) await client.query(insert, [JSON.stringify(batch)]);
    batch = [];
  };
  // In the order in which they were stored: a retry follows the job that it tries again.
  for (const row of sqlite.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table} ORDER BY rowid`).iterate()) {
    batch.push(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, jsonValueOf(name, value)])));
    count += 1;
    if (batch.length === batchRows) await flush();
  }
  await flush();
  return count;
}

/** A value of SQLite as PostgreSQL reads it from JSON. */
function jsonValueOf(name: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  return name === 'estimate_quantiles' ? JSON.parse(String(value)) : value;
}

async function compare(sqlite: Database, client: Client, table: (typeof tables)[number]): Promise<void> {
  const question = `SELECT count(*) || ' ' || coalesce(${sums[table]}, '') AS told FROM ${table}`;
  const { rows } = await client.query<{ told: string }>(question);
  const told = sqlite.prepare<[], string>(question).pluck().get();
  if (rows[0]?.told !== told)
    throw new StoreOpenError(`The copy of ${table} differs from its source; nothing was copied.`);
}

/** Ending the connection rolls back what was not committed. */
async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  // A table may take minutes; each of its batches must not.
  const patience = { statement_timeout: 600_000, query_timeout: 602_000, idle_in_transaction_session_timeout: 600_000 };
  const client = new Client({ ...connectionOptions(url), ...patience });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
