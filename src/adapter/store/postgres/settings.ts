import { sql } from 'drizzle-orm';
import { type Db, firstOf } from './engine/statements.ts';
import { settings } from './tables/settings.ts';

/** What the database knows of itself. */
export type Settings = {
  /** Keeps 32 secret bytes where the database has none yet. */
  readonly offerSecret: (secret: Uint8Array) => Promise<void>;
  readonly secret: () => Promise<Uint8Array>;
  /** Writes, and rejects where nothing can be written. */
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
      if (row === null) throw new Error('The database keeps no secret');
      return row.secret;
    },
    ping: async () => {
      await ping.execute();
    },
  };
}
