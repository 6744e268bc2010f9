import type { Database } from 'better-sqlite3';
import type { Job } from '../../domain/job.ts';
import { createRecent, type Recent } from '../../recent.ts';
import type { OnCommit } from './group-commit.ts';
import type { LookSchedule } from './look-schedule.ts';

/**
 * Jobs as they stand on disk, for whoever would read them again: whoever is told of a change reads the row that has just been written. The
 * row stays the only truth: what is kept here is what this connection has read or committed, for as long as nothing has been written since,
 * neither by it nor by another. (When a job was and is to be looked at, the schedule of looks knows better.)
 */
export type KnownJobs = {
  /** Those that are known at this moment; to be asked for anew after every turn of the event loop. */
  readonly current: () => Pick<Recent<Job>, 'peek'>;
  /** A job as it was read, outside of transactions. */
  readonly keep: (job: Job) => void;
  /** A job as it was read in the transaction that is open: known once that is committed. */
  readonly seen: (job: Job) => void;
  /** A job stands so once the transaction that is open is committed. */
  readonly written: (job: Job) => void;
};

/** How many are kept, those that were written or read last. */
const keptJobs = 32_768;

/** Nothing is known at first. */
export function createKnownJobs(
  sqlite: Database,
  { onCommit, looks }: { onCommit: OnCommit; looks: LookSchedule },
): KnownJobs {
  // It differs from one reading to the next where another connection has committed meanwhile (sqlite.org/pragma.html#pragma_data_version).
  const readVersion = sqlite.prepare<[], number>('PRAGMA data_version').pluck();
  let version = readVersion.get();
  const known = createRecent<Job>(keptJobs);
  const keep = (job: Job) => known.set(job.id, job);

  return {
    current() {
      const latest = readVersion.get();
      if (latest !== version) known.clear();
      version = latest;
      return known;
    },
    keep,
    seen: (job) => onCommit(() => keep(job)),
    written(job) {
      known.delete(job.id);
      onCommit(() => {
        keep(job);
        looks.place(job);
      });
    },
  };
}
