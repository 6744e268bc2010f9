import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, unique, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Environment } from '../../../../domain/job.ts';
import { maxBalanceCredits } from '../../../../domain/ledger.ts';
import { environments } from '../../shared/enums.ts';
import { isServed, oneOf } from '../../shared/predicates.ts';
import { int53, text } from './column.ts';

// The triggers in migrations/postgres enforce what table definitions cannot: rows that never change, and histories without gaps.
// Instants are epoch milliseconds.

/**
 * One row per user and environment. `balance` includes what running jobs hold (`held`); `running` counts those jobs; `feed`, `ledger` and
 * `jobs` are the last numbers drawn for events, ledger entries and jobs. So one row decides on a new job.
 */
export const accounts = pgTable(
  'accounts',
  {
    id: text('id').primaryKey(),
    owner: text('owner').notNull(),
    environment: text('environment').$type<Environment>().notNull(),
    balance: integer('balance').notNull(),
    held: integer('held').notNull(),
    running: integer('running').notNull(),
    feed: int53('feed').notNull(),
    ledger: int53('ledger').notNull(),
    jobs: int53('jobs').notNull(),
    createdAt: int53('created_at').notNull(),
    servedAt: int53('served_at').notNull().default(0),
  },
  (t) => [
    uniqueIndex('accounts_key').on(t.owner, t.environment),
    // A constraint, because drizzle-kit creates constraints before the foreign keys that need them, and indexes after.
    unique('accounts_whole_key').on(t.id, t.owner, t.environment),
    // Whose turn it is, among those that have jobs running.
    index('accounts_served').on(t.environment, t.servedAt).where(isServed(t.running)),
    check('accounts_environment', oneOf(t.environment, environments)),
    check('accounts_held', sql`${t.held} >= 0`),
    check('accounts_available', sql`${t.balance} >= ${t.held}`),
    check('accounts_most', sql`${t.balance} <= ${sql.raw(String(maxBalanceCredits))}`),
    check('accounts_running', sql`${t.running} BETWEEN 0 AND ${t.jobs} AND (${t.running} > 0 OR ${t.held} = 0)`),
  ],
);
