import { drizzle } from 'drizzle-orm/node-postgres';
import { countUnbalanced, refuseUnbalanced } from '../shared/ledger-sums.ts';
import { StoreOpenError } from '../shared/open-error.ts';
import { faultOf } from './engine/fault.ts';
import { countMigrations } from './engine/migrations.ts';
import { openErrorOf } from './engine/open-fault.ts';
import { withClient } from './open.ts';

/**
 * Checks that every ledger of a database adds up; the server itself checks references. Rejects with a StoreOpenError for a database that is
 * empty, of another program or of a newer version.
 */
export async function checkPostgres(url: string): Promise<void> {
  try {
    await withClient(url, async (client) => {
      const { applied } = await countMigrations(drizzle(client));
      if (applied === 0) throw new StoreOpenError('The database is empty: load the backup into it first.');
      const { rows } = await client.query<{ count: string }>(countUnbalanced);
      refuseUnbalanced(rows[0]?.count, 'nothing was changed');
    });
  } catch (error) {
    throw openErrorOf(faultOf(error), url);
  }
}
