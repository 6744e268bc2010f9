import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Environment } from '../../../../domain/job.ts';
import { isOpenErasure } from '../../shared/predicates.ts';
import { accounts } from './accounts.ts';

/** One row per user that is to be erased in an environment. */
export const erasures = sqliteTable(
  'erasures',
  {
    accountId: text('account_id')
      .primaryKey()
      .references(() => accounts.id),
    environment: text('environment').$type<Environment>().notNull(),
    owner: text('owner').notNull(),
    orderedAt: integer('ordered_at').notNull(),
    lastNumber: integer('last_number').notNull(),
    position: integer('position').notNull(),
    reopened: integer('reopened').notNull(),
    jobs: integer('jobs').notNull(),
    videos: integer('videos').notNull(),
  },
  (t) => [
    index('erasures_open').on(t.orderedAt).where(isOpenErasure(t)),
    check('erasures_position', sql`${t.position} BETWEEN 0 AND ${t.lastNumber}`),
    check('erasures_counts', sql`${t.jobs} = ${t.lastNumber} AND ${t.videos} BETWEEN 0 AND ${t.jobs}`),
  ],
);
