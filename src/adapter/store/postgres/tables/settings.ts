import { sql } from 'drizzle-orm';
import { check, integer, pgTable } from 'drizzle-orm/pg-core';
import { bytea, int53 } from './column.ts';

/** The only row has the database's secret and a counter that a ping increments. */
export const settings = pgTable(
  'settings',
  {
    id: integer('id').primaryKey(),
    secret: bytea('secret').notNull(),
    pings: int53('pings').notNull(),
  },
  (t) => [check('settings_one', sql`${t.id} = 1`), check('settings_secret', sql`length(${t.secret}) = 32`)],
);
