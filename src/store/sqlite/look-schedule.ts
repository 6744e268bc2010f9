import { type Environment, type Job, rescheduled } from '../../domain/job.ts';
import { createDiary, type Diary, type Entry } from './look-diary.ts';

/**
 * When which job is to be looked at next, in memory. A database that belongs to one process needs no lease that others respect, and nothing
 * is lost with this but times: the start spreads the looks at all jobs that run over one interval. So a claim for a look, and a look that
 * found nothing new, which is what nearly all of them find, cost no write. The rows say when each was to be looked at as of its last news.
 */
export type LookSchedule = {
  /** Takes a job as it now stands: it is looked at from `pollAt` on, or no more. */
  readonly place: (job: LookedAt) => void;
  /** A row of the database as it stands, its times included. */
  readonly timed: (row: Job) => Job;
  /** How many are due, and when the next will be. */
  readonly due: (environment: Environment, now: number, limit: number) => DueLooks;
  /** The ids of jobs that are due for a look, those that wait for longest first. */
  readonly looks: (environment: Environment, now: number, limit: number) => readonly string[];
  /** The ids of jobs that are due after their deadlines. */
  readonly endings: (environment: Environment, now: number, limit: number) => readonly string[];
  /** Spreads what is due over a time from now on. */
  readonly spread: (environment: Environment, now: number, spreadMs: number) => void;
};

/** What of looks is due. */
type DueLooks = { readonly looks: number; readonly endings: number; readonly nextAt: number | null };

/** What the schedule needs to know of a job. */
export type LookedAt = Pick<Job, 'id' | 'environment' | 'state' | 'version' | 'deadlineAt' | 'pollAt' | 'polledAt'>;

/** Whether a job is one that is looked at. */
export function isLookedAt({ state, pollAt }: LookedAt): boolean {
  return (state === 'QUEUED' || state === 'PROCESSING' || state === 'FAILED') && pollAt !== null;
}

/** A schedule of what the database holds; `load` reads that once, when it is first asked for. */
export function createLookSchedule(load: () => readonly LookedAt[]): LookSchedule {
  const entries = new Map<string, Entry>();
  const diaries: Record<Environment, Diary> = { LIVE: createDiary(), TEST: createDiary() };
  let isLoaded = false;

  function loadOnce(): void {
    if (isLoaded) return;
    isLoaded = true;
    for (const job of load()) put(job);
  }

  function put(job: LookedAt): void {
    const { id, version, pollAt, polledAt } = job;
    const diary = diaries[job.environment];
    const known = entries.get(id);
    if (!isLookedAt(job) || pollAt === null) {
      if (known !== undefined) diary.remove(known);
      entries.delete(id);
      return;
    }
    const entry = known ?? { id, version, pollAt, polledAt, deadlineAt: null, isExpired: false, among: null };
    if (known === undefined) entries.set(id, entry);
    entry.version = version;
    entry.pollAt = pollAt;
    entry.polledAt = polledAt;
    if (job.state === 'FAILED') {
      entry.deadlineAt = null;
      entry.isExpired = false;
    } else if (job.deadlineAt !== entry.deadlineAt) diary.expire(entry, job.deadlineAt);
    diary.appoint(entry);
  }

  function dueOf(environment: Environment, now: number): ReturnType<Diary['due']> {
    loadOnce();
    return diaries[environment].due(now);
  }

  return {
    place(job) {
      loadOnce();
      put(job);
    },
    timed(row) {
      const entry = entries.get(row.id);
      if (entry === undefined || entry.version !== row.version) return row;
      if (entry.pollAt === row.pollAt && entry.polledAt === row.polledAt) return row;
      return rescheduled(row, { faults: row.faults, pollAt: entry.pollAt, polledAt: entry.polledAt });
    },
    due(environment, now, limit) {
      const { looks, endings } = dueOf(environment, now);
      return {
        looks: Math.min(limit, looks.size),
        endings: Math.min(limit, endings.size),
        nextAt: diaries[environment].nextAt(),
      };
    },
    looks: (environment, now, limit) => firstOf(dueOf(environment, now).looks, limit),
    endings: (environment, now, limit) => firstOf(dueOf(environment, now).endings, limit),
    spread(environment, now, spreadMs) {
      const { looks, endings } = dueOf(environment, now);
      const moved = [...looks, ...endings];
      for (const [index, entry] of moved.entries()) {
        entry.pollAt = now + Math.floor((index * spreadMs) / moved.length);
        diaries[environment].appoint(entry);
      }
    },
  };
}

function firstOf(due: ReadonlySet<Entry>, limit: number): readonly string[] {
  const ids: string[] = [];
  for (const { id } of due) {
    if (ids.length >= limit) break;
    ids.push(id);
  }
  return ids;
}
