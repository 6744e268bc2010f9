import { sql } from 'drizzle-orm';
import { check, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { bytea, int53 } from './column.ts';

/**
 * The only row has the database's secret, a counter that a ping increments, and its incarnation: null until it was restored for the first
 * time. `origin` names the server and the table that hold the row, so that rows from another place are recognized.
 */
export const settings = pgTable(
  'settings',
  {
    id: integer('id').primaryKey(),
    secret: bytea('secret').notNull(),
    pings: int53('pings').notNull(),
    incarnation: text('incarnation'),
    origin: text('origin'),
  },
  (t) => [check('settings_one', sql`${t.id} = 1`), check('settings_secret', sql`length(${t.secret}) = 32`)],
);
