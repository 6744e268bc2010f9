import type { Job, JobEvent } from './domain/job.ts';
import type { Account } from './domain/ledger.ts';
import type { Store } from './ports.ts';

/** Reads for whoever wants to see things as they stand. */
export interface Reader {
  /** Null where there is none. */
  job(id: string): Promise<Job | null>;
  /** Null where there is none. */
  account(id: string): Promise<Account | null>;
  /** The first events of an account's feed after a number, as many as one batch holds. */
  feed(accountId: string, after: number): Promise<readonly FeedEvent[]>;
}

/** An event where it stands in its account's feed; the same object for all who read it together. */
export type FeedEvent = { readonly kind: 'event'; readonly feed: number; readonly event: JobEvent };

/** How many events of a feed are read at once. */
export const feedBatch = 100;

/** Reads together what is asked for in one turn: one query for all jobs that rang; one per account, and per place in its feed, however many watch it. */
export function createReader(store: Pick<Store, 'findJobs' | 'findAccount' | 'readFeed'>): Reader {
  const jobs = createBatch<Job>((ids) => store.findJobs(ids));
  const accounts = createBatch<Account>(async (ids) => {
    const found = await Promise.all(ids.map((id) => store.findAccount(id)));
    return found.filter((account) => account !== null);
  });
  return { job: jobs, account: accounts, feed: createFeedReader(store) };
}

/** Followers of one feed who are at the same place in it share what is read there. As in a batch, the reading begins after the last of them asked. */
function createFeedReader(store: Pick<Store, 'readFeed'>): Reader['feed'] {
  const gathered = new Map<string, Promise<readonly FeedEvent[]>>();

  async function read(key: string, accountId: string, after: number): Promise<readonly FeedEvent[]> {
    await Promise.resolve();
    gathered.delete(key);
    const { events } = await store.readFeed(accountId, after, feedBatch);
    return events.map((event) => ({ kind: 'event', feed: event.feed, event }));
  }

  return (accountId, after) => {
    const key = `${after} ${accountId}`;
    const known = gathered.get(key);
    if (known !== undefined) return known;
    const events = read(key, accountId, after);
    gathered.set(key, events);
    return events;
  };
}

type ReadMany<Row> = (ids: readonly string[]) => Promise<readonly Row[]>;

/**
 * Gathers ids until whoever was woken together has asked, which is when the microtasks queued so far have run; then reads each once. The
 * reading begins after the last of them asked, so that nobody is shown a row older than their question.
 */
function createBatch<Row extends { readonly id: string }>(
  readMany: ReadMany<Row>,
): (id: string) => Promise<Row | null> {
  let gathered: { readonly ids: Set<string>; readonly rows: Promise<ReadonlyMap<string, Row>> } | null = null;

  async function readGathered(ids: ReadonlySet<string>): Promise<ReadonlyMap<string, Row>> {
    await Promise.resolve();
    gathered = null;
    const rows = await readMany([...ids]);
    return new Map(rows.map((row) => [row.id, row]));
  }

  return (id) => {
    if (gathered === null) {
      const ids = new Set<string>();
      gathered = { ids, rows: readGathered(ids) };
    }
    gathered.ids.add(id);
    return gathered.rows.then((rows) => rows.get(id) ?? null);
  };
}
