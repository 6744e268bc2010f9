import type Database from 'better-sqlite3';
import { openConnection } from '../../src/adapter/store/sqlite/engine/connection.ts';
import { createSqliteStore } from '../../src/adapter/store/sqlite/store.ts';
import type { Store } from '../../src/ports.ts';
import type { Weather } from './climate.ts';
import type { Random } from './random.ts';

/** The database refuses, and nothing of what it was asked happened. */
export class DatabaseFault extends Error {
  override readonly name = 'DatabaseFault';
  readonly code = 'SQLITE_FULL';
}

/** The one database of a history: the real store, on a real SQLite that at times does not take what is written. */
export interface SimulatedDatabase {
  readonly store: Store;
  /** While true, nothing can be written. */
  isOut: boolean;
  /** While true, there are no faults: for those who only look on. */
  isSpared: boolean;
  accountIds(): readonly string[];
  /** Gives the database back, for the next history to begin with an empty one. */
  close(): void;
}

/** A fault may strike at any statement of a verb, so each alone is less likely than one of the verb as a whole. */
const shareOfStatement = 0.6;

type Strike = (point: string) => void;

/** What a history brings along. */
type Fate = { newId: () => string; strike: Strike };

type Lent = { readonly sqlite: Database.Database; readonly store: Store; readonly fate: Fate };

// Migrating a database and preparing its statements takes longer than most histories: what one has emptied, the next goes on with.
const idle: Lent[] = [];

/** Opens a database that is migrated and empty. */
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

/** Deletes all that a history wrote. What keeps histories from being deleted stands aside for it. */
function empty(sqlite: Database.Database): void {
  const guards = sqlite
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name <> 'settings' AND sql LIKE '%BEFORE DELETE%'",
    )
    .all();
  for (const { name } of guards) sqlite.exec(`DROP TRIGGER ${name}`);
  for (const table of ['ledger_entries', 'job_events', 'jobs', 'accounts']) sqlite.exec(`DELETE FROM ${table}`);
  for (const { sql } of guards) sqlite.exec(sql);
}

/** Faults where real ones are: as a transaction begins, at every statement that writes, and as it commits. */
function endanger(sqlite: Database.Database, strike: Strike): void {
  const { transaction, prepare } = sqlite;
  Object.defineProperty(sqlite, 'transaction', {
    value: (body: (...inputs: unknown[]) => unknown) =>
      transaction.call(sqlite, (...inputs: unknown[]) => {
        // Of a savepoint within a transaction, too.
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
        // Three methods that take the same inputs, whatever each returns.
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
