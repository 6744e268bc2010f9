import { onTestFinished } from 'vitest';
import { openConnections } from '../../src/store/postgres/connections.ts';
import { applyPending } from '../../src/store/postgres/open.ts';
import { createPostgresStore } from '../../src/store/postgres/store.ts';
import { query } from '../world/postgres.ts';
import { newId, type TestDatabase } from './contract/world.ts';

/** A store on an empty, migrated database of a server, closed when the test has finished. Its clock is what the verbs are told. */
export async function openMigrated(url: string, isKept = false): Promise<TestDatabase> {
  await applyPending(url);
  await query(url, emptied);
  const store = await createPostgresStore(openConnections(url), { newId, clock: 'given' });
  if (!isKept) onTestFinished(() => store.close());
  return { store, run: async (statements) => void (await query(url, `BEGIN; ${statements}; COMMIT`)) };
}

/** Empties a database past its guards, which takes the right to. */
export const emptied = `
  SET session_replication_role = replica;
  DELETE FROM ledger_entries; DELETE FROM job_events; DELETE FROM jobs; DELETE FROM accounts; DELETE FROM settings; DELETE FROM api_keys;
  SET session_replication_role = DEFAULT;`;
