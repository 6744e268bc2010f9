import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { countUnbalanced, refuseUnbalanced } from '../shared/ledger-sums.ts';
import { StoreOpenError } from '../shared/open-error.ts';
import { readMigrations } from './engine/migrations.ts';
import { openErrorOf } from './engine/open-fault.ts';

/** What is in a database. `newestAt`: when its newest event happened, in epoch milliseconds; null without any. */
export type Content = { readonly jobs: number; readonly accounts: number; readonly newestAt: number | null };

/**
 * Checks a whole database: its pages, its references, and that every ledger adds up. Throws a StoreOpenError that ends with what did not
 * happen, such as `nothing was restored`. Returns what it found.
 */
export function checkDatabase(sqlite: Database.Database, file: string, consequence: string): Content {
  const found = String(sqlite.pragma('integrity_check(1)', { simple: true }));
  if (found !== 'ok') throw new StoreOpenError(`The database ${file} is damaged (${found}); ${consequence}.`);
  const strays = sqlite.pragma('foreign_key_check') as readonly { readonly table: string }[];
  const [stray] = strays;
  if (stray !== undefined) {
    const rows = `${strays.length} rows, the first in ${stray.table}, refer to rows that are missing`;
    throw new StoreOpenError(`The database ${file} is damaged (${rows}); ${consequence}.`);
  }
  refuseUnbalanced(sqlite.prepare(countUnbalanced).pluck().get(), consequence);
  const count = (table: string) => Number(sqlite.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
  const newestAt = sqlite.prepare<[], number | null>('SELECT max(occurred_at) FROM job_events').pluck().get() ?? null;
  return { jobs: count('jobs'), accounts: count('accounts'), newestAt };
}

/** Checks a database that no process serves. Throws a StoreOpenError for one that is missing, of another program or damaged. */
export function checkSqlite(file: string): Content {
  if (!existsSync(file))
    throw new StoreOpenError(`There is no database ${file}: set DATABASE_URL to the one to check.`);
  try {
    const sqlite = new Database(file);
    try {
      readMigrations(sqlite, file);
      return checkDatabase(sqlite, file, 'nothing was changed');
    } finally {
      sqlite.close();
    }
  } catch (error) {
    throw openErrorOf(error, file);
  }
}
