import type { Job, JobEvent } from '../domain/job.ts';
import type { Account } from '../domain/ledger.ts';
import type { Store } from '../ports.ts';

/** Reads current rows, combining the reads of one event-loop turn. */
export interface Loader {
  /** Null if there is none. */
  job(id: string): Promise<Job | null>;
  /** As `job`, by callback: thousands of views read at once. Later calls one of the two. */
  loadJob(id: string, take: (job: Job | null) => void, fail: (error: unknown) => void): void;
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
    job: (id) => new Promise((resolve, reject) => loadJob(id, resolve, reject)),
    loadJob,
    account: (id) => new Promise((resolve, reject) => loadAccount(id, resolve, reject)),
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

type Load<Row> = (id: string, take: (row: Row | null) => void, fail: (error: unknown) => void) => void;

type Waiting<Row> = {
  readonly id: string;
  readonly take: (row: Row | null) => void;
  readonly fail: (error: unknown) => void;
};

/**
 * Gathers ids until the microtasks queued so far have run, so that all views woken together have asked; then reads each id once. The
 * read starts after the last call, so no caller gets a row older than its call.
 */
function createBatch<Row extends { readonly id: string }>(readMany: ReadMany<Row>): Load<Row> {
  let gathered: Waiting<Row>[] | null = null;

  async function readGathered(waiting: readonly Waiting<Row>[]): Promise<readonly Row[]> {
    await Promise.resolve();
    gathered = null;
    return readMany([...new Set(waiting.map(({ id }) => id))]);
  }

  return (id, take, fail) => {
    const asked = { id, take, fail };
    if (gathered !== null) {
      gathered.push(asked);
      return;
    }
    const waiting = [asked];
    gathered = waiting;
    readGathered(waiting).then(
      (rows) => {
        const byId = new Map(rows.map((row) => [row.id, row]));
        for (const each of waiting) each.take(byId.get(each.id) ?? null);
      },
      (error: unknown) => {
        for (const each of waiting) each.fail(error);
      },
    );
  };
}
