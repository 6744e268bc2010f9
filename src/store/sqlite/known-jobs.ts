import type { Database } from 'better-sqlite3';
import type { Job } from '../../domain/job.ts';
import { createRecent, type Recent } from '../../recent.ts';
import type { OnCommit } from './group-commit.ts';

/**
 * Jobs as they stand on disk, for whoever would read them again: whoever is told of a change reads the row that has just been written. The
 * row stays the only truth: what is kept here is what this connection has read or committed, for as long as nothing has been written since,
 * neither by it nor by another.
 */
export type KnownJobs = {
  /** Those that are known at this moment; to be asked for anew after every turn of the event loop. */
  readonly current: () => Pick<Recent<Job>, 'get' | 'set'>;
  /** A row was written in the transaction that is open; null where it is not known how it reads now. */
  readonly written: (id: string, job: Job | null) => void;
};

/** How many are kept, which takes about 1 KB for each. */
const keptJobs = 32_768;

/** Nothing is known at first. */
export function createKnownJobs(sqlite: Database, onCommit: OnCommit): KnownJobs {
  // It differs from one reading to the next where another connection has committed meanwhile (sqlite.org/pragma.html#pragma_data_version).
  const readVersion = sqlite.prepare<[], number>('PRAGMA data_version').pluck();
  let version = readVersion.get();
  let known = createRecent<Job>(keptJobs);

  return {
    current() {
      const latest = readVersion.get();
      if (latest !== version) known = createRecent<Job>(keptJobs);
      version = latest;
      return known;
    },
    written(id, job) {
      known.delete(id);
      onCommit(() => {
        if (job === null) known.delete(id);
        else known.set(id, job);
      });
    },
  };
}
