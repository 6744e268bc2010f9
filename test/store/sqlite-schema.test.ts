import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateSQLiteDrizzleJson, generateSQLiteMigration } from 'drizzle-kit/api';
import { expect, test } from 'vitest';
import * as accounts from '../../src/adapter/store/sqlite/tables/accounts.ts';
import * as apiKeys from '../../src/adapter/store/sqlite/tables/api-keys.ts';
import * as audit from '../../src/adapter/store/sqlite/tables/audit.ts';
import * as budgets from '../../src/adapter/store/sqlite/tables/budgets.ts';
import * as erasures from '../../src/adapter/store/sqlite/tables/erasures.ts';
import * as histories from '../../src/adapter/store/sqlite/tables/histories.ts';
import * as jobs from '../../src/adapter/store/sqlite/tables/jobs.ts';
import * as settings from '../../src/adapter/store/sqlite/tables/settings.ts';
import * as webhooks from '../../src/adapter/store/sqlite/tables/webhooks.ts';
import { projectRoot } from '../../src/lib/package.ts';
import { openInMemory } from './sqlite-world.ts';

test('the migrations lead to this schema', async () => {
  const { sqlite } = await openInMemory();
  const statements = sqlite
    .prepare<[], string>(
      `SELECT sql FROM sqlite_schema WHERE sql NOT NULL AND name <> '__drizzle_migrations'
      ORDER BY tbl_name, type = 'table' DESC, type, name`,
    )
    .pluck()
    .all();
  await expect(`${statements.map((statement) => `${statement};`).join('\n\n')}\n`).toMatchFileSnapshot('schema.sql');
});

test('every table of ours is STRICT', async () => {
  const { sqlite } = await openInMemory();
  const loose = sqlite
    .prepare<[], string>(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND NOT strict AND name NOT LIKE 'sqlite_%'",
    )
    .pluck()
    .all();
  expect(loose).toEqual(['__drizzle_migrations']);
});

test('the migrations are up to date with the tables in code', async () => {
  const folder = join(projectRoot(), 'migrations', 'sqlite', 'meta');
  const journal = JSON.parse(readFileSync(join(folder, '_journal.json'), 'utf8'));
  const number = String(journal.entries.at(-1).tag).slice(0, 4);
  const latest = JSON.parse(readFileSync(join(folder, `${number}_snapshot.json`), 'utf8'));
  const current = await generateSQLiteDrizzleJson(
    { ...accounts, ...apiKeys, ...audit, ...budgets, ...erasures, ...jobs, ...histories, ...settings, ...webhooks },
    latest.id,
  );
  expect(await generateSQLiteMigration(latest, current)).toEqual([]);
});
