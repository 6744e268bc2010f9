import { sql } from 'drizzle-orm';
import type { Db } from './engine/statements.ts';
import { settings } from './tables/settings.ts';

/** The settings of a database. Functions that write run inside the caller's transaction. */
export type Settings = {
  /** Stores a secret of 32 bytes, unless the database has one. */
  readonly offerSecret: (secret: Buffer) => void;
  readonly secret: () => Uint8Array;
  /** Writes a row. Throws when the database cannot be written to. */
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
  // The number must change, because SQLite does not write an unchanged page.
  const ping = db
    .update(settings)
    .set({ pings: sql`${settings.pings} + 1` })
    .prepare();
  return {
    offerSecret: (secret) => void insert.run({ secret }),
    secret: () => {
      const row = find.get();
      if (row === undefined) throw new Error('The database has no secret');
      return row.secret;
    },
    ping: () => void ping.run(),
  };
}
