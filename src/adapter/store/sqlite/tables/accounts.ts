import { sql } from 'drizzle-orm';
import { check, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { Environment } from '../../../../domain/job.ts';
import { maxBalanceCredits } from '../../../../domain/ledger.ts';
import { environments } from '../../shared/enums.ts';
import { oneOf } from '../../shared/predicates.ts';

// What these tables cannot say (rows that are never changed again, histories without a gap) is said by the triggers in
// migrations/sqlite; there every table is STRICT as well, for which drizzle-kit has no word. Instants are epoch milliseconds.

/**
 * One row per user and environment: the balance, what running jobs hold of it and how many they are, and the counters that number the
 * account's events, ledger and jobs. So that all that decides on a new job stands in one row.
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
  },
  (t) => [
    uniqueIndex('accounts_key').on(t.owner, t.environment),
    uniqueIndex('accounts_whole_key').on(t.id, t.owner, t.environment),
    check('accounts_environment', oneOf(t.environment, environments)),
    check('accounts_held', sql`${t.held} >= 0`),
    check('accounts_available', sql`${t.balance} >= ${t.held}`),
    check('accounts_most', sql`${t.balance} <= ${sql.raw(String(maxBalanceCredits))}`),
    check('accounts_running', sql`${t.running} BETWEEN 0 AND ${t.jobs} AND (${t.running} > 0 OR ${t.held} = 0)`),
  ],
);
