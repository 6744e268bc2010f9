import type Database from 'better-sqlite3';
import { openConnection } from '../../src/adapter/store/sqlite/engine/connection.ts';
import { createSqliteStore } from '../../src/adapter/store/sqlite/store.ts';
import type { Store } from '../../src/ports.ts';
import type { Weather } from './climate.ts';
import type { Random } from './random.ts';

/** The database refused a call, which had no effect. */
export class DatabaseFault extends Error {
  override readonly name = 'DatabaseFault';
  readonly code = 'SQLITE_FULL';
}

/** The one database of a history: the real store on a real SQLite that sometimes refuses writes. */
export interface SimulatedDatabase {
  readonly store: Store;
  /** While true, nothing can be written. */
  isOut: boolean;
  /** While true, there are no faults, so that the checks can read. */
  isSpared: boolean;
  accountIds(): readonly string[];
  /** Empties the database and returns it for the next history. */
  close(): void;
}

/** A fault may happen at any statement of a call, so each statement has a lower probability than the whole call. */
const shareOfStatement = 0.6;

type Strike = (point: string) => void;

/** The parts of a database that change with each history. */
type Fate = { newId: () => string; strike: Strike };

type Lent = { readonly sqlite: Database.Database; readonly store: Store; readonly fate: Fate };

// Migrating a database and preparing its statements takes longer than most histories, so histories reuse emptied databases.
const idle: Lent[] = [];

/** Opens a migrated, empty database. */
export function openDatabase(random: Random, weather: Weather, newId: () => string): SimulatedDatabase {
  const lent = idle.pop() ?? makeDatabase();
  const readIds = lent.sqlite.prepare<[], string>('SELECT id FROM accounts ORDER BY owner, environment').pluck();
  lent.fate.newId = newId;
  lent.fate.strike = (point) => {
    if (database.isSpared) return;
    if (database.isOut || random.chance(weather.fault * shareOfStatement))
      throw new DatabaseFault(`database or disk is full (${point})`);
  };
  const database: SimulatedDatabase = {
    store: lent.store,
    isOut: false,
    isSpared: false,
    accountIds: () => readIds.all(),
    close() {
      lent.fate.strike = () => undefined;
      empty(lent.sqlite);
      idle.push(lent);
    },
  };
  return database;
}

function makeDatabase(): Lent {
  const connection = openConnection(':memory:', true);
  const fate: Fate = { newId: () => '', strike: () => undefined };
  endanger(connection.sqlite, (point) => fate.strike(point));
  return { sqlite: connection.sqlite, store: createSqliteStore(connection, () => fate.newId(), queueMicrotask), fate };
}

/** Deletes everything that a history wrote. It drops the triggers that forbid deletion and recreates them afterwards. */
function empty(sqlite: Database.Database): void {
  const guards = sqlite
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name <> 'settings' AND sql LIKE '%BEFORE DELETE%'",
    )
    .all();
  for (const { name } of guards) sqlite.exec(`DROP TRIGGER ${name}`);
  const hooks = ['webhook_attempts', 'webhook_deliveries', 'webhook_endpoints'];
  for (const table of [
    ...hooks,
    'audit_entries',
    'budgets',
    'erasures',
    'ledger_entries',
    'job_events',
    'jobs',
    'accounts',
  ])
    sqlite.exec(`DELETE FROM ${table}`);
  for (const { sql } of guards) sqlite.exec(sql);
}

/** Injects faults where real ones happen: when a transaction begins, at every statement that writes, and at the commit. */
function endanger(sqlite: Database.Database, strike: Strike): void {
  const { transaction, prepare } = sqlite;
  Object.defineProperty(sqlite, 'transaction', {
    value: (body: (...inputs: unknown[]) => unknown) =>
      transaction.call(sqlite, (...inputs: unknown[]) => {
        // Savepoints within a transaction get faults, too.
        strike('BEGIN');
        const result = body(...inputs);
        strike('COMMIT');
        return result;
      }),
  });
  Object.defineProperty(sqlite, 'prepare', {
    value: (source: string) => {
      const statement = prepare.call(sqlite, source);
      if (statement.readonly) return statement;
      for (const name of ['run', 'get', 'all'] as const) {
        // The three methods take the same inputs and return different types.
        const run = statement[name].bind(statement) as (...inputs: unknown[]) => unknown;
        Object.defineProperty(statement, name, {
          value: (...inputs: unknown[]) => {
            strike(source.slice(0, 20));
            return run(...inputs);
          },
        });
      }
      return statement;
    },
  });
}
