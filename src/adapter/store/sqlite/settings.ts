import { sql } from 'drizzle-orm';
import type { Db } from './engine/statements.ts';
import { settings } from './tables/settings.ts';

/** What the database knows of itself. Verbs that write run inside the caller's transaction. */
export type Settings = {
  /** Keeps 32 secret bytes where the database has none yet. */
  readonly offerSecret: (secret: Buffer) => void;
  readonly secret: () => Uint8Array;
  /** Writes, and throws where nothing can be written. */
  readonly ping: () => void;
};

/** Prepares the statements on settings. */
export function createSettings(db: Db): Settings {
  const insert = db
    .insert(settings)
    .values({ id: 1, secret: sql.placeholder('secret'), pings: 0 })
    .onConflictDoNothing()
    .prepare();
  const find = db.select({ secret: settings.secret }).from(settings).prepare();
  // The number has to change: SQLite does not write a page that stays as it is.
  const ping = db
    .update(settings)
    .set({ pings: sql`${settings.pings} + 1` })
    .prepare();
  return {
    offerSecret: (secret) => void insert.run({ secret }),
    secret: () => {
      const row = find.get();
      if (row === undefined) throw new Error('The database keeps no secret');
      return row.secret;
    },
    ping: () => void ping.run(),
  };
}
