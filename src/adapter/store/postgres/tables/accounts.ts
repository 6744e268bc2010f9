import { sql } from 'drizzle-orm';
import { check, integer, pgTable, unique, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Environment } from '../../../../domain/job.ts';
import { maxBalanceCredits } from '../../../../domain/ledger.ts';
import { environments } from '../../shared/enums.ts';
import { oneOf } from '../../shared/predicates.ts';
import { int53, text } from './column.ts';

// What these tables cannot say (rows that are never changed again, histories without a gap) is said by the triggers in
// migrations/postgres. Instants are epoch milliseconds.

/**
 * One row per user and environment: the balance, what running jobs hold of it and how many they are, and the counters that number the
 * account's events, ledger and jobs. So that all that decides on a new job stands in one row.
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
  },
  (t) => [
    uniqueIndex('accounts_key').on(t.owner, t.environment),
    // A constraint, since drizzle-kit makes those before the foreign keys that need them, and indexes after.
    unique('accounts_whole_key').on(t.id, t.owner, t.environment),
    check('accounts_environment', oneOf(t.environment, environments)),
    check('accounts_held', sql`${t.held} >= 0`),
    check('accounts_available', sql`${t.balance} >= ${t.held}`),
    check('accounts_most', sql`${t.balance} <= ${sql.raw(String(maxBalanceCredits))}`),
    check('accounts_running', sql`${t.running} BETWEEN 0 AND ${t.jobs} AND (${t.running} > 0 OR ${t.held} = 0)`),
  ],
);
