import { sql } from 'drizzle-orm';
import { check, index, pgTable } from 'drizzle-orm/pg-core';
import type { Environment } from '../../../../domain/job.ts';
import { isOpenErasure } from '../../shared/predicates.ts';
import { accounts } from './accounts.ts';
import { int53, text } from './column.ts';

/** One row per user that is to be erased in an environment. */
export const erasures = pgTable(
  'erasures',
  {
    accountId: text('account_id')
      .primaryKey()
      .references(() => accounts.id),
    environment: text('environment').$type<Environment>().notNull(),
    owner: text('owner').notNull(),
    orderedAt: int53('ordered_at').notNull(),
    lastNumber: int53('last_number').notNull(),
    position: int53('position').notNull(),
    reopened: int53('reopened').notNull(),
    jobs: int53('jobs').notNull(),
    videos: int53('videos').notNull(),
  },
  (t) => [
    index('erasures_open').on(t.orderedAt).where(isOpenErasure(t)),
    check('erasures_position', sql`${t.position} BETWEEN 0 AND ${t.lastNumber}`),
    check('erasures_counts', sql`${t.jobs} = ${t.lastNumber} AND ${t.videos} BETWEEN 0 AND ${t.jobs}`),
  ],
);
