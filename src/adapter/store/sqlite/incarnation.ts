import { and, eq } from 'drizzle-orm';
import { environments } from '../../../domain/job.ts';
import { endUnknown } from '../../../domain/restored.ts';
import type { Incarnations } from '../../../ports/restore.ts';
import { boundTo } from '../shared/placeholders.ts';
import { isBeingSent, isUnsent } from '../shared/predicates.ts';
import { jobOf } from '../shared/rows.ts';
import type { WriteChange } from './changes.ts';
import type { GroupCommit } from './engine/group-commit.ts';
import type { Db } from './engine/statements.ts';
import { jobs } from './tables/jobs.ts';
import { settings } from './tables/settings.ts';

/** The incarnation of a database. `settings.origin` marks a backup. */
export function createIncarnations(db: Db, write: WriteChange, inGroup: GroupCommit['write']): Incarnations {
  const { incarnation, origin } = settings;
  const find = db.select({ incarnation, origin }).from(settings).prepare();
  const inEnvironment = eq(jobs.environment, boundTo({ environment: jobs.environment }).environment);
  // Each of these is along an index.
  const unknown = [isUnsent(jobs.state), isBeingSent(jobs.state)].map((where) =>
    db.select().from(jobs).where(and(inEnvironment, where)).prepare(),
  );

  const begin = (next: string, now: number): number => {
    const rows = environments
      .flatMap((environment) => unknown.flatMap((each) => each.all({ environment })))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
    for (const row of rows) for (const change of endUnknown(jobOf(row), now)) write(change, now);
    db.update(settings).set({ incarnation: next, origin: null }).run();
    return rows.length;
  };

  return {
    incarnation: async () => find.get()?.incarnation ?? null,
    beginIncarnation: async (next, now) => inGroup(() => begin(next, now)),
    recognizeBackup: async (next, now) =>
      (find.get()?.origin ?? null) === null ? null : inGroup(() => begin(next, now)),
    adopt: async () => inGroup(() => void db.update(settings).set({ origin: null }).run()),
  };
}
