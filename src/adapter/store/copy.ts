import { existsSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import type { Client } from 'pg';
import { fileOf } from './open.ts';
import { faultOf } from './postgres/engine/fault.ts';
import { openErrorOf } from './postgres/engine/open-fault.ts';
import { refuseSharedSessions } from './postgres/engine/pooler.ts';
import { openSession } from './postgres/engine/session.ts';
import { applyPending, takeNodeLockWithin } from './postgres/open.ts';
import { countUnbalanced, refuseUnbalanced } from './shared/ledger-sums.ts';
import { StoreOpenError } from './shared/open-error.ts';
import { type Wait, waitWhileLocked } from './shared/wait.ts';
import { openConnection } from './sqlite/engine/connection.ts';

/** The number of copied rows per table, in copying order: `Map { 'accounts' => 2, 'jobs' => 31, … }`. */
export type Copied = ReadonlyMap<string, number>;

/** Every table. A table comes after those that its foreign keys refer to. */
const tables = [
  'accounts',
  'jobs',
  'ledger_entries',
  'job_events',
  'api_keys',
  'settings',
  'webhook_endpoints',
  'webhook_deliveries',
  'webhook_attempts',
  'audit_entries',
  'budgets',
  'erasures',
] as const;

/** Per table, an expression that must have the same value in both databases, in addition to the row count. */
const checksums: Readonly<Record<(typeof tables)[number], string>> = {
  accounts:
    "sum(balance) || ' ' || sum(held) || ' ' || sum(running) || ' ' || sum(feed) || ' ' || sum(ledger) || ' ' || sum(jobs)",
  jobs: "sum(price_credits) || ' ' || sum(version) || ' ' || sum(created_at) || ' ' || coalesce(sum(copy_byte_size), 0)",
  ledger_entries: "sum(credits) || ' ' || sum(balance_after)",
  job_events: "sum(feed) || ' ' || sum(version)",
  api_keys: "sum(created_at) || ''",
  settings: "sum(pings) || ''",
  webhook_endpoints: "sum(created_at) || ''",
  webhook_deliveries: "sum(claims) || ' ' || sum(length(payload)) || ' ' || sum(created_at)",
  webhook_attempts: "sum(number) || ' ' || sum(at)",
  audit_entries: "sum(at) || ' ' || sum(length(actor || action || target))",
  erasures: "sum(last_number) || ' ' || sum(position) || ' ' || sum(videos)",
  budgets: "sum(limit_credits) || ' ' || sum(used_credits) || ' ' || sum(period_start)",
};

const batchRows = 500;

/**
 * Copies a stopped SQLite installation into an empty PostgreSQL database, row by row, in one transaction. It rejects with a StoreOpenError
 * and copies nothing when a gateway serves either database, the target is not empty, or the checksums differ.
 */
export async function copyStore(from: string, to: string, wait: Wait = { forMs: 0 }): Promise<Copied> {
  const file = fileOf(from);
  if (!existsSync(file))
    throw new StoreOpenError(`There is no database ${file}: set --from to the one that the gateway used.`);
  const open = () => openConnection(file, true);
  const source = await waitWhileLocked(open, `the Reelgate process that serves ${file}`, wait);
  try {
    await refuseSharedSessions(to, connectMs);
    await applyPending(to, wait.report);
    const lock = await takeNodeLockWithin(to, false, wait.forMs, wait.report);
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
  // Triggers check each step of a row's history, but these rows are inserted in their final state. Constraints and foreign keys stay on.
  const triggers = (verb: 'ENABLE' | 'DISABLE') =>
    tables.map((table) => `ALTER TABLE ${table} ${verb} TRIGGER USER`).join('; ');
  await client.query('BEGIN');
  await client.query(triggers('DISABLE'));
  for (const table of tables) await refuseRows(client, table);
  for (const table of tables) {
    copied.set(table, await copyTable(sqlite, client, table));
    await compare(sqlite, client, table);
  }
  const { rows } = await client.query<{ count: string }>(countUnbalanced);
  refuseUnbalanced(rows[0]?.count, 'nothing was copied');
  await client.query(triggers('ENABLE'));
  await client.query('COMMIT');
  return copied;
}

async function refuseRows(client: Client, table: string): Promise<void> {
  const { rowCount } = await client.query(`SELECT 1 FROM ${table} LIMIT 1`);
  if (rowCount !== 0) throw new StoreOpenError('The database of --to is not empty: set --to to a new database.');
}

async function copyTable(sqlite: Database, client: Client, table: string): Promise<number> {
  const insert = `INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)`;
  let batch: unknown[] = [];
  let count = 0;
  const flush = async () => {
    if (batch.length > 0) await client.query(insert, [JSON.stringify(batch)]);
    batch = [];
  };
  // Insertion order puts a retry after the job that it refers to.
  for (const row of sqlite.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table} ORDER BY rowid`).iterate()) {
    batch.push(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, jsonValueOf(name, value)])));
    count += 1;
    if (batch.length === batchRows) await flush();
  }
  await flush();
  return count;
}

/** Converts a SQLite value to the JSON that PostgreSQL expects: bytes become `"\\x0a1b"`, JSON text becomes JSON. */
function jsonValueOf(name: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  return name === 'estimate_quantiles' ? JSON.parse(String(value)) : value;
}

async function compare(sqlite: Database, client: Client, table: (typeof tables)[number]): Promise<void> {
  const query = `SELECT count(*) || ' ' || coalesce(${checksums[table]}, '') AS checksum FROM ${table}`;
  const { rows } = await client.query<{ checksum: string }>(query);
  const expected = sqlite.prepare<[], string>(query).pluck().get();
  if (rows[0]?.checksum !== expected)
    throw new StoreOpenError(`The copy of ${table} differs from its source; nothing was copied.`);
}

/** How long to wait for a server that does not respond. */
const connectMs = 4000;

/** Runs `use` on a connection of its own. Closing the connection rolls back an open transaction. */
async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  // Reading a batch from SQLite or checksumming a table may take minutes.
  const client = await openSession(url, { statementMs: 600_000, idleInTransactionMs: 600_000 });
  try {
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
