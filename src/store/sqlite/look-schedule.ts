import TinyQueue from 'tinyqueue';
import type { Environment, Job } from '../../domain/job.ts';

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
  /** Spreads what is due over a time from now on; the ids of what that moved. */
  readonly spread: (environment: Environment, now: number, spreadMs: number) => readonly string[];
};

/** What of looks is due. */
type DueLooks = { readonly looks: number; readonly endings: number; readonly nextAt: number | null };

/** What the schedule needs to know of a job. */
export type LookedAt = Pick<Job, 'id' | 'environment' | 'state' | 'version' | 'deadlineAt' | 'pollAt' | 'polledAt'>;

type Entry = {
  readonly id: string;
  /** Null where that is over: it is looked at for a late video. */
  deadlineAt: number | null;
  /** Whether its deadline has passed. */
  isExpired: boolean;
  version: number;
  pollAt: number;
  polledAt: number | null;
};

/** A time at which an entry was to be seen to; void where the entry has another one by now. */
type Appointment = { readonly at: number; readonly entry: Entry };

/** What is to come in one environment, and what is due: looks and endings, in the order in which they fell due. */
type Diary = {
  readonly later: TinyQueue<Appointment>;
  readonly deadlines: TinyQueue<Appointment>;
  readonly looks: Set<Entry>;
  readonly endings: Set<Entry>;
};

/** Whether a job is one that is looked at. */
export function isLookedAt({ state, pollAt }: LookedAt): boolean {
  return (state === 'QUEUED' || state === 'PROCESSING' || state === 'FAILED') && pollAt !== null;
}

/** A schedule of what the database holds; `load` reads that once, when it is first asked for. */
export function createLookSchedule(load: () => readonly LookedAt[]): LookSchedule {
  const entries = new Map<string, Entry>();
  const diaries: Record<Environment, Diary> = { LIVE: newDiary(), TEST: newDiary() };
  let isLoaded = false;

  function loadOnce(): void {
    if (isLoaded) return;
    isLoaded = true;
    for (const job of load()) put(job);
  }

  function put(job: LookedAt): void {
    const { id, environment, version, pollAt, polledAt } = job;
    const diary = diaries[environment];
    const known = entries.get(id);
    if (known !== undefined) settle(diary, known);
    if (!isLookedAt(job) || pollAt === null) return void entries.delete(id);
    const deadlineAt = job.state === 'FAILED' ? null : job.deadlineAt;
    const entry = known ?? { id, deadlineAt: null, isExpired: false, version, pollAt, polledAt };
    entries.set(id, entry);
    if (deadlineAt !== entry.deadlineAt) {
      entry.deadlineAt = deadlineAt;
      entry.isExpired = false;
      if (deadlineAt !== null) diary.deadlines.push({ at: deadlineAt, entry });
    }
    entry.version = version;
    entry.pollAt = pollAt;
    entry.polledAt = polledAt;
    diary.later.push({ at: pollAt, entry });
  }

  /** Brings a diary up to the time. */
  function turn(environment: Environment, now: number): Diary {
    loadOnce();
    const diary = diaries[environment];
    const isKept = ({ entry }: Appointment) => entries.get(entry.id) === entry;
    takeUntil(
      diary.deadlines,
      now,
      (one) => isKept(one) && one.entry.deadlineAt === one.at,
      (entry) => {
        entry.isExpired = true;
        if (diary.looks.delete(entry)) diary.endings.add(entry);
      },
    );
    takeUntil(
      diary.later,
      now,
      (one) => isKept(one) && one.entry.pollAt === one.at,
      (entry) => {
        (entry.isExpired ? diary.endings : diary.looks).add(entry);
      },
    );
    return diary;
  }

  return {
    place(job) {
      loadOnce();
      put(job);
    },
    timed(row) {
      const entry = entries.get(row.id);
      if (entry === undefined || entry.version !== row.version) return row;
      return { ...row, pollAt: entry.pollAt, polledAt: entry.polledAt };
    },
    due(environment, now, limit) {
      const { looks, endings, later } = turn(environment, now);
      return {
        looks: Math.min(limit, looks.size),
        endings: Math.min(limit, endings.size),
        nextAt: later.peek()?.at ?? null,
      };
    },
    looks: (environment, now, limit) => firstOf(turn(environment, now).looks, limit),
    endings: (environment, now, limit) => firstOf(turn(environment, now).endings, limit),
    spread(environment, now, spreadMs) {
      const diary = turn(environment, now);
      const moved = [...diary.looks, ...diary.endings];
      for (const [index, entry] of moved.entries()) {
        settle(diary, entry);
        entry.pollAt = now + Math.floor((index * spreadMs) / moved.length);
        diary.later.push({ at: entry.pollAt, entry });
      }
      return moved.map(({ id }) => id);
    },
  };
}

/** Takes what has come from a queue, and what is void at its head. */
function takeUntil(
  queue: TinyQueue<Appointment>,
  now: number,
  isValid: (appointment: Appointment) => boolean,
  take: (entry: Entry) => void,
): void {
  for (let next = queue.peek(); next !== undefined; next = queue.peek()) {
    const isDue = isValid(next);
    if (isDue && next.at > now) return;
    queue.pop();
    if (isDue) take(next.entry);
  }
}

/** What was due is due no more. */
function settle({ looks, endings }: Diary, entry: Entry): void {
  looks.delete(entry);
  endings.delete(entry);
}

function firstOf(due: ReadonlySet<Entry>, limit: number): readonly string[] {
  const ids: string[] = [];
  for (const { id } of due) {
    if (ids.length >= limit) break;
    ids.push(id);
  }
  return ids;
}

function newDiary(): Diary {
  const newQueue = () => new TinyQueue<Appointment>([], (one, other) => one.at - other.at);
  return { later: newQueue(), deadlines: newQueue(), looks: new Set(), endings: new Set() };
}
