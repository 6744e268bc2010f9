import { asc, or, sql } from 'drizzle-orm';
import { endUnknown } from '../../../domain/restored.ts';
import { isBeingSent, isUnsent } from '../shared/predicates.ts';
import { jobOf } from '../shared/rows.ts';
import type { WriteChange } from './changes.ts';
import { type Db, firstOf } from './engine/statements.ts';
import { jobs } from './tables/jobs.ts';
import { settings } from './tables/settings.ts';

/** The incarnation of a database; see `Store`. Functions that write run inside the caller's transaction. */
export type Incarnation = {
  /** Null until the database was restored for the first time. */
  readonly current: () => Promise<string | null>;
  /** Begins a new one, and returns how many jobs it ended. */
  readonly begin: (incarnation: string, now: number) => Promise<number>;
  /** Begins a new one if the rows were made in another place than this one; otherwise it returns null. Several nodes may call it. */
  readonly recognize: (incarnation: string, now: number) => Promise<number | null>;
  /** Notes that the rows belong to this place. */
  readonly adopt: () => Promise<void>;
};

/**
 * Names the place of the rows: the server, by the identifier that it drew when it was created, and the table. Every dump that is loaded
 * creates the table again. A server that was restored as files cannot be recognized, nor one that hides its identifier.
 */
const here = sql<string>`(CASE WHEN has_function_privilege('pg_control_system()', 'EXECUTE')
  THEN (SELECT system_identifier::text FROM pg_control_system()) ELSE '' END) || '/' || 'settings'::regclass::oid`;

/** Prepares the statements on the incarnation. */
export function createIncarnation(db: Db, write: WriteChange): Incarnation {
  const { incarnation, origin } = settings;

  const begin = async (next: string, now: number): Promise<number> => {
    const unknown = or(isUnsent(jobs.state), isBeingSent(jobs.state));
    const rows = await db.select().from(jobs).where(unknown).orderBy(asc(jobs.id)).for('update');
    for (const row of rows) for (const change of endUnknown(jobOf(row), now)) await write(change, now);
    await db.update(settings).set({ incarnation: next, origin: here });
    return rows.length;
  };
  const adopt = async (): Promise<void> => {
    await db.update(settings).set({ origin: here });
  };

  return {
    begin,
    adopt,
    current: async () => firstOf(await db.select({ incarnation }).from(settings))?.incarnation ?? null,
    recognize: async (next, now) => {
      const row = firstOf(await db.select({ origin, here }).from(settings).for('update'));
      if (row?.origin === row?.here) return null;
      if (row?.origin !== null) return begin(next, now);
      // The database is new, or an older version wrote it.
      await adopt();
      return null;
    },
  };
}
