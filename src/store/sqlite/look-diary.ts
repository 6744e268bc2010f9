import TinyQueue from 'tinyqueue';

/** What a diary knows of a job. */
export type Entry = {
  readonly id: string;
  version: number;
  pollAt: number;
  polledAt: number | null;
  /** Null where that is over: it is looked at for a late video. */
  deadlineAt: number | null;
  /** Whether its deadline has passed. */
  isExpired: boolean;
  /** Where it waits, kept by the diary; null where it has a void appointment at most. */
  among: Set<Entry> | null;
};

/** The looks that are to come, and those that are due. */
export interface Diary {
  /** Has an entry fall due at its `pollAt`, and at no other time. */
  appoint(entry: Entry): void;
  /** Has an entry meet its deadline then. */
  expire(entry: Entry, deadlineAt: number): void;
  /** Has an entry be due no more, now and later. */
  remove(entry: Entry): void;
  /** What is due, in the order in which it fell due: looks, and entries whose deadlines have passed. */
  due(now: number): { readonly looks: ReadonlySet<Entry>; readonly endings: ReadonlySet<Entry> };
  /** When the next falls due; null where none will. To be asked after `due`. */
  nextAt(): number | null;
}

/** A time for an entry; void where the entry has another one by now. */
type Appointment = { readonly at: number; readonly entry: Entry };

/** An empty diary. */
export function createDiary(): Diary {
  const later = newQueue();
  const deadlines = newQueue();
  /** Those that came in the order of their times, as leases do: they need no queue, and leave no void appointment behind. */
  const inOrder = new Set<Entry>();
  let lastInOrder = 0;
  const looks = new Set<Entry>();
  const endings = new Set<Entry>();

  function moveTo(among: Set<Entry> | null, entry: Entry): void {
    entry.among?.delete(entry);
    entry.among = among;
    among?.add(entry);
  }

  const fallDue = (entry: Entry) => moveTo(entry.isExpired ? endings : looks, entry);

  function turn(now: number): void {
    const meetDeadline = (entry: Entry) => {
      entry.isExpired = true;
      if (entry.among === looks) moveTo(endings, entry);
    };
    takeUntil(deadlines, now, ({ at, entry }) => entry.deadlineAt === at, meetDeadline);
    takeUntil(later, now, ({ at, entry }) => entry.pollAt === at && entry.among === null, fallDue);
    for (const entry of inOrder) {
      if (entry.pollAt > now) break;
      fallDue(entry);
    }
  }

  return {
    appoint(entry) {
      const { pollAt } = entry;
      if (inOrder.size > 0 && pollAt < lastInOrder) {
        moveTo(null, entry);
        later.push({ at: pollAt, entry });
        return;
      }
      moveTo(inOrder, entry);
      lastInOrder = pollAt;
    },
    expire(entry, deadlineAt) {
      entry.deadlineAt = deadlineAt;
      entry.isExpired = false;
      deadlines.push({ at: deadlineAt, entry });
    },
    remove(entry) {
      moveTo(null, entry);
      // No appointment is for such times.
      entry.pollAt = Number.NaN;
      entry.deadlineAt = null;
    },
    due(now) {
      turn(now);
      return { looks, endings };
    },
    nextAt() {
      const [first] = inOrder;
      const next = Math.min(later.peek()?.at ?? Number.POSITIVE_INFINITY, first?.pollAt ?? Number.POSITIVE_INFINITY);
      return next === Number.POSITIVE_INFINITY ? null : next;
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

function newQueue(): TinyQueue<Appointment> {
  return new TinyQueue<Appointment>([], (one, other) => one.at - other.at);
}
