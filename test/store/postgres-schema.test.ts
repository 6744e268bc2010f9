import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import { expect, test } from 'vitest';
import { migrationsFolder } from '../../src/adapter/store/postgres/engine/migrations.ts';
import * as accounts from '../../src/adapter/store/postgres/tables/accounts.ts';
import * as apiKeys from '../../src/adapter/store/postgres/tables/api-keys.ts';
import * as audit from '../../src/adapter/store/postgres/tables/audit.ts';
import * as budgets from '../../src/adapter/store/postgres/tables/budgets.ts';
import * as erasures from '../../src/adapter/store/postgres/tables/erasures.ts';
import * as histories from '../../src/adapter/store/postgres/tables/histories.ts';
import * as jobs from '../../src/adapter/store/postgres/tables/jobs.ts';
import * as settings from '../../src/adapter/store/postgres/tables/settings.ts';
import * as webhooks from '../../src/adapter/store/postgres/tables/webhooks.ts';
import { openPglite } from './pglite-world.ts';

/** The parts of each table as PostgreSQL reports them, each in a fixed order. */
const deps = `
  SELECT 1 AS rank, relname AS "table", attnum AS place,
    format(E'\\t%I %s%s%s', attname, format_type(atttypid, atttypmod), CASE collname WHEN 'C' THEN ' COLLATE "C"' ELSE '' END,
      CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END) AS text, attname AS name
  FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid LEFT JOIN pg_collation ON pg_collation.oid = attcollation
  WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0
  UNION ALL SELECT 2, relname, 0, format(E'\\tCONSTRAINT %I %s', conname, pg_get_constraintdef(pg_constraint.oid)), conname
  FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
  UNION ALL SELECT 3, tablename, 0, indexdef, indexname FROM pg_indexes WHERE schemaname = 'public'
  UNION ALL SELECT 4, relname, 0, pg_get_triggerdef(pg_trigger.oid), tgname
  FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal
  ORDER BY "table", rank, place, name`;

test('the migrations lead to this schema', async () => {
  const pglite = await openPglite();
  const { rows } = await pglite.query<{ table: string; text: string }>(deps);
  const drawn = rows.map(({ table, text }, index) => (rows[index - 1]?.table === table ? text : `\n${table}\n${text}`));
  const functions = await pglite.query<{ text: string }>(
    "SELECT pg_get_functiondef(oid) AS text FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY proname",
  );
  drawn.push(...functions.rows.map(({ text }) => `\n${text.trimEnd()};`));
  await expect(`${drawn.join('\n').trim()}\n`).toMatchFileSnapshot('postgres-schema.sql');
});

test('the migrations are up to date with the tables in code', async () => {
  const folder = join(migrationsFolder(), 'meta');
  const journal = JSON.parse(readFileSync(join(folder, '_journal.json'), 'utf8'));
  const number = String(journal.entries.at(-1).tag).slice(0, 4);
  const latest = JSON.parse(readFileSync(join(folder, `${number}_snapshot.json`), 'utf8'));
  const current = generateDrizzleJson(
    { ...accounts, ...apiKeys, ...audit, ...budgets, ...erasures, ...jobs, ...histories, ...settings, ...webhooks },
    latest.id,
  );
  expect(await generateMigration(latest, current)).toEqual([]);
});
