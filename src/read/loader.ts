import type { Job, JobEvent } from '../domain/job.ts';
import type { Account } from '../domain/ledger.ts';
import type { Store } from '../ports.ts';

/** Reads for whoever wants to see things as they stand. */
export interface Loader {
  /** Null where there is none. */
  job(id: string): Promise<Job | null>;
  /** The same by callback, for thousands who ask at once; one of the two is called, later. */
  loadJob(id: string, take: (job: Job | null) => void, fail: (error: unknown) => void): void;
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

/** Followers of one feed who are at the same place in it share what is read there. As in a batch, the reading begins after the last of them asked. */
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
 * Gathers ids until whoever was woken together has asked, which is when the microtasks queued so far have run; then reads each once. The
 * reading begins after the last of them asked, so that nobody is shown a row older than their question.
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
