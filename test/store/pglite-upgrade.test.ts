import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { expect, onTestFinished, test } from 'vitest';
import { migrationsFolder } from '../../src/adapter/store/postgres/engine/migrations.ts';
import { createPostgresStore } from '../../src/adapter/store/postgres/store.ts';
import { newId } from './contract/world.ts';
import { oldMigrations } from './old-migrations.ts';
import { createConnections } from './pglite-world.ts';
import { expectCarriedOn, readFixture } from './upgrade-0.1.0.ts';

test('a PostgreSQL database of 0.1.0 is upgraded with its jobs, ledger, keys and feed numbers; its jobs go on', async () => {
  const pglite = await PGlite.create();
  onTestFinished(() => pglite.close());
  const db = drizzle(pglite);
  await migrate(db, { migrationsFolder: oldMigrations('postgres', 2) });
  const rows = readFixture('postgres');
  await pglite.exec(`SET session_replication_role = replica; ${rows} SET session_replication_role = DEFAULT;`);
  await migrate(db, { migrationsFolder: migrationsFolder() });
  const store = await createPostgresStore(createConnections(db), { newId, clock: 'given' });
  await expectCarriedOn(store, 'PENDING');
  const { rows: counts } = await pglite.query('SELECT count(*)::int AS jobs FROM jobs');
  expect(counts).toEqual([{ jobs: 14 }]);
});
