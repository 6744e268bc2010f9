import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { Environment } from '../../../../domain/job.ts';
import { maxBalanceCredits } from '../../../../domain/ledger.ts';
import { environments } from '../../shared/enums.ts';
import { isServed, oneOf } from '../../shared/predicates.ts';

// The triggers in migrations/sqlite enforce what table definitions cannot: rows that never change, and histories without gaps. The
// migrations also make every table STRICT, which drizzle-kit cannot express. Instants are epoch milliseconds.

/**
 * One row per user and environment. `balance` includes what running jobs hold (`held`); `running` counts those jobs; `feed`, `ledger` and
 * `jobs` are the last numbers drawn for events, ledger entries and jobs. So one row decides on a new job.
 */
export const accounts = sqliteTable(
  'accounts',
  {
    id: text('id').primaryKey(),
    owner: text('owner').notNull(),
    environment: text('environment').$type<Environment>().notNull(),
    balance: integer('balance').notNull(),
    held: integer('held').notNull(),
    running: integer('running').notNull(),
    feed: integer('feed').notNull(),
    ledger: integer('ledger').notNull(),
    jobs: integer('jobs').notNull(),
    createdAt: integer('created_at').notNull(),
    servedAt: integer('served_at').notNull().default(0),
  },
  (t) => [
    uniqueIndex('accounts_key').on(t.owner, t.environment),
    uniqueIndex('accounts_whole_key').on(t.id, t.owner, t.environment),
    // Whose turn it is, among those that have jobs running.
    index('accounts_served').on(t.environment, t.servedAt).where(isServed(t.running)),
    check('accounts_environment', oneOf(t.environment, environments)),
    check('accounts_held', sql`${t.held} >= 0`),
    check('accounts_available', sql`${t.balance} >= ${t.held}`),
    check('accounts_most', sql`${t.balance} <= ${sql.raw(String(maxBalanceCredits))}`),
    check('accounts_running', sql`${t.running} BETWEEN 0 AND ${t.jobs} AND (${t.running} > 0 OR ${t.held} = 0)`),
  ],
);
