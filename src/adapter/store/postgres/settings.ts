import { sql } from 'drizzle-orm';
import { type Db, firstOf } from './engine/statements.ts';
import { settings } from './tables/settings.ts';

/** The settings of a database. */
export type Settings = {
  /** Stores a secret of 32 bytes, unless the database has one. */
  readonly offerSecret: (secret: Uint8Array) => Promise<void>;
  readonly secret: () => Promise<Uint8Array>;
  /** Writes a row. Rejects when the database cannot be written to. */
  readonly ping: () => Promise<void>;
};

/** Prepares the statements on settings. */
export function createSettings(db: Db): Settings {
  const insert = db
    .insert(settings)
    .values({ id: 1, secret: sql.placeholder('secret'), pings: 0 })
    .onConflictDoNothing()
    .prepare('settings_insert');
  const find = db.select({ secret: settings.secret }).from(settings).prepare('settings_find');
  const ping = db
    .update(settings)
    .set({ pings: sql`${settings.pings} + 1` })
    .prepare('settings_ping');
  return {
    offerSecret: async (secret) => {
      await insert.execute({ secret });
    },
    secret: async () => {
      const row = firstOf(await find.execute());
      if (row === null) throw new Error('The database has no secret');
      return row.secret;
    },
    ping: async () => {
      await ping.execute();
    },
  };
}
