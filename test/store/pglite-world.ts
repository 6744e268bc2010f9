import { PGlite } from '@electric-sql/pglite';
import { drizzle, type PgliteDatabase } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import type { Connections } from '../../src/adapter/store/postgres/engine/connections.ts';
import { faultOf } from '../../src/adapter/store/postgres/engine/fault.ts';
import { migrationsFolder } from '../../src/adapter/store/postgres/engine/migrations.ts';
import { createPostgresStore } from '../../src/adapter/store/postgres/store.ts';
import type { ScanBounds } from '../../src/adapter/store/shared/scan.ts';
import { newId, type TestDatabase } from './contract/world.ts';
import { emptied } from './emptied.ts';

let opening: Promise<PGlite> | null = null;

/** PostgreSQL within this process. It is created and migrated once, which takes a second, and emptied before each test. */
export function openPglite(): Promise<PGlite> {
  opening ??= (async () => {
    const pglite = await PGlite.create();
    await migrate(drizzle(pglite), { migrationsFolder: migrationsFolder() });
    return pglite;
  })();
  return opening;
}

/** An empty database for the calling test; replaces the database of the previous test. */
export async function openInPglite(bounds?: ScanBounds): Promise<TestDatabase> {
  const pglite = await openPglite();
  await pglite.exec(emptied);
  const connections = createConnections(drizzle(pglite));
  const store = await createPostgresStore(connections, { newId, clock: 'given', ...(bounds && { bounds }) });
  const run = async (statements: string) => {
    await connections.lend(() => pglite.transaction(async (transaction) => transaction.exec(statements)));
  };
  return { store, run };
}

/** Its single connection, lent to one caller after another. */
export function createConnections(db: PgliteDatabase): Connections {
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;
  return {
    lend(use) {
      const next = last.then(async () => {
        if (closed) throw new Error('The connections are closed');
        return use(db).catch((error: unknown) => {
          throw faultOf(error);
        });
      });
      last = next.catch(() => undefined);
      return next;
    },
    async close() {
      closed = true;
    },
  };
}
