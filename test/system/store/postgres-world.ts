import { onTestFinished } from 'vitest';
import { openConnections } from '../../../src/adapter/store/postgres/engine/connections.ts';
import { applyPending } from '../../../src/adapter/store/postgres/open.ts';
import { createPostgresStore } from '../../../src/adapter/store/postgres/store.ts';
import type { ScanBounds } from '../../../src/adapter/store/shared/scan.ts';
import { newId, type TestDatabase } from '../../store/contract/world.ts';
import { emptied } from '../../store/emptied.ts';
import { query } from '../world/postgres.ts';

/**
 * A store on an empty, migrated database of a server, closed when the test has finished. It uses the times that the test passes as its
 * clock.
 */
export async function openMigrated(url: string, isKept = false, bounds?: ScanBounds): Promise<TestDatabase> {
  await applyPending(url);
  await query(url, emptied);
  const store = await createPostgresStore(openConnections(url), { newId, clock: 'given', ...(bounds && { bounds }) });
  if (!isKept) onTestFinished(() => store.close());
  return { store, run: async (statements) => void (await query(url, `BEGIN; ${statements}; COMMIT`)) };
}
