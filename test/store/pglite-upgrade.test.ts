import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { describe, expect, onTestFinished, test } from 'vitest';
import { migrationsFolder } from '../../src/adapter/store/postgres/engine/migrations.ts';
import { createPostgresStore } from '../../src/adapter/store/postgres/store.ts';
import { newId } from './contract/world.ts';
import { oldMigrations } from './old-migrations.ts';
import { createConnections } from './pglite-world.ts';
import { expectCarriedOn } from './upgrade-0.1.0.ts';
import { expectVideos, expiries, readFixtureExpiring } from './upgrade-videos.ts';
import { beforeBudgets, expectDeliveries, oldWebhooks } from './upgrade-webhooks.ts';

test('a PostgreSQL database of 0.1.0 is upgraded with its jobs, ledger, keys and feed numbers; its jobs go on', async () => {
  const pglite = await PGlite.create();
  onTestFinished(() => pglite.close());
  const db = drizzle(pglite);
  await migrate(db, { migrationsFolder: oldMigrations('postgres', 2) });
  const rows = readFixtureExpiring('postgres', String(Date.now() + 86_400_000));
  await pglite.exec(`SET session_replication_role = replica; ${rows} SET session_replication_role = DEFAULT;`);
  await migrate(db, { migrationsFolder: migrationsFolder() });
  const store = await createPostgresStore(createConnections(db), { newId, clock: 'given' });
  await expectVideos(store, 'WAITING');
  await expectCarriedOn(store, 'PENDING');
  const { rows: counts } = await pglite.query('SELECT count(*)::int AS jobs FROM jobs');
  expect(counts).toEqual([{ jobs: 14 }]);
});

describe('an upgrade from the last version that kept no videos', () => {
  test.each(expiries)('gives every job the id of its video; videos %s', async (_, expiry, state) => {
    const pglite = await PGlite.create();
    onTestFinished(() => pglite.close());
    const db = drizzle(pglite);
    await migrate(db, { migrationsFolder: oldMigrations('postgres', 2) });
    const rows = readFixtureExpiring('postgres', expiry());
    await pglite.exec(`SET session_replication_role = replica; ${rows} SET session_replication_role = DEFAULT;`);
    await migrate(db, { migrationsFolder: oldMigrations('postgres', 3) });
    await migrate(db, { migrationsFolder: migrationsFolder() });
    const store = await createPostgresStore(createConnections(db), { newId, clock: 'given' });
    await expectVideos(store, state);
  });
});

test('an upgrade to webhooks of budgets keeps every delivery with its attempts, and all that guards them', async () => {
  const pglite = await PGlite.create();
  onTestFinished(() => pglite.close());
  const db = drizzle(pglite);
  await migrate(db, { migrationsFolder: oldMigrations('postgres', 2) });
  const rows = readFixtureExpiring('postgres', 'NULL');
  await pglite.exec(`SET session_replication_role = replica; ${rows} SET session_replication_role = DEFAULT;`);
  await migrate(db, { migrationsFolder: oldMigrations('postgres', beforeBudgets.postgres) });
  await pglite.exec(oldWebhooks("'\\x01'"));
  await migrate(db, { migrationsFolder: migrationsFolder() });
  const store = await createPostgresStore(createConnections(db), { newId, clock: 'given' });
  await expectDeliveries(store, (statement) => pglite.exec(statement));
});
