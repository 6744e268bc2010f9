import { sql } from 'drizzle-orm';
import { blob, check, integer, sqliteTable } from 'drizzle-orm/sqlite-core';

/** The only row has the database's secret and a counter that a ping increments. */
export const settings = sqliteTable(
  'settings',
  {
    id: integer('id').primaryKey(),
    secret: blob('secret', { mode: 'buffer' }).notNull(),
    pings: integer('pings').notNull(),
  },
  (t) => [check('settings_one', sql`${t.id} = 1`), check('settings_secret', sql`length(${t.secret}) = 32`)],
);
