import { sql } from 'drizzle-orm';
import { blob, check, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/**
 * The only row has the database's secret, a counter that a ping increments, and its incarnation: null until it was restored for the first
 * time. `origin` is set in a backup, so that it is recognized when it serves.
 */
export const settings = sqliteTable(
  'settings',
  {
    id: integer('id').primaryKey(),
    secret: blob('secret', { mode: 'buffer' }).notNull(),
    pings: integer('pings').notNull(),
    incarnation: text('incarnation'),
    origin: text('origin'),
  },
  (t) => [check('settings_one', sql`${t.id} = 1`), check('settings_secret', sql`length(${t.secret}) = 32`)],
);
