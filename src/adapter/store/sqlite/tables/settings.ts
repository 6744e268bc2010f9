import { sql } from 'drizzle-orm';
import { blob, check, integer, sqliteTable } from 'drizzle-orm/sqlite-core';

/** The one row that is about the database itself: its secret, and a number that a ping writes. */
export const settings = sqliteTable(
  'settings',
  {
    id: integer('id').primaryKey(),
    secret: blob('secret', { mode: 'buffer' }).notNull(),
    pings: integer('pings').notNull(),
  },
  (t) => [check('settings_one', sql`${t.id} = 1`), check('settings_secret', sql`length(${t.secret}) = 32`)],
);
