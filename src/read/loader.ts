import type { Job, JobEvent } from '../domain/job.ts';
import type { Account } from '../domain/ledger.ts';
import type { Store } from '../ports.ts';

/** Reads current rows, combining the reads of one event-loop turn. */
export interface Loader {
  /** Null if there is none. */
  job(id: string): Promise<Job | null>;
  /** Null if there is none. */
  account(id: string): Promise<Account | null>;
  /** The next events of an account's feed after a number, up to `feedBatch`. */
  feed(accountId: string, after: number): Promise<readonly FeedEvent[]>;
}

/** An event with its number in the account's feed; all who read it together share one object. */
export type FeedEvent = { readonly kind: 'event'; readonly feed: number; readonly event: JobEvent };

/** How many events of a feed one read returns at most. */
export const feedBatch = 100;

/** Combines the reads of one turn: one query for all jobs, one per account and one per position in a feed, for any number of views. */
export function createLoader(store: Pick<Store, 'findJobs' | 'findAccount' | 'readFeed'>): Loader {
  const loadJob = createBatch<Job>((ids) => store.findJobs(ids));
  const loadAccount = createBatch<Account>(async (ids) => {
    const found = await Promise.all(ids.map((id) => store.findAccount(id)));
    return found.filter((account) => account !== null);
  });
  return {
    job: loadJob,
    account: loadAccount,
    feed: createFeedLoader(store),
  };
}

/** Views at the same position of a feed share one read. As in `createBatch`, the read starts after the last of them has asked. */
function createFeedLoader(store: Pick<Store, 'readFeed'>): Loader['feed'] {
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

type Load<Row> = (id: string) => Promise<Row | null>;

/**
 * Gathers ids until the microtasks queued so far have run, so that all views woken together have asked; then reads each id once. The
 * read starts after the last call, so no caller gets a row older than its call.
 */
function createBatch<Row extends { readonly id: string }>(readMany: ReadMany<Row>): Load<Row> {
  let gathered: { readonly ids: Set<string>; readonly rows: Promise<ReadonlyMap<string, Row>> } | null = null;

  async function readGathered(ids: ReadonlySet<string>): Promise<ReadonlyMap<string, Row>> {
    await Promise.resolve();
    gathered = null;
    const rows = await readMany([...ids]);
    return new Map(rows.map((row) => [row.id, row]));
  }

  return async (id) => {
    if (gathered === null) {
      const ids = new Set<string>();
      gathered = { ids, rows: readGathered(ids) };
    }
    gathered.ids.add(id);
    const rows = await gathered.rows;
    return rows.get(id) ?? null;
  };
}
