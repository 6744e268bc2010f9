import type { Job, JobEvent } from '../domain/job.ts';
import type { Account } from '../domain/ledger.ts';
import type { Store } from '../ports.ts';
import { createTurns } from './turns.ts';

/** Reads current rows, combining the reads of one event-loop turn. A flood is read in portions, one in each turn. */
export interface Loader {
  /** Null if there is none. */
  job(id: string): Promise<Job | null>;
  /** Null if there is none. */
  account(id: string): Promise<Account | null>;
  /** The next events of an account's feed after a number, up to `limit` (`feedBatch`), and the number of its newest. */
  feed(accountId: string, after: number, limit?: number): Promise<FeedRead>;
}

/** An event with its number in the account's feed; all who read it together share one object. */
export type FeedEvent = { readonly kind: 'event'; readonly feed: number; readonly event: JobEvent };

/** A part of a feed. `head`: the newest event's number. */
type FeedRead = { readonly events: readonly FeedEvent[]; readonly head: number };

/** How many events of a feed one read returns at most. */
export const feedBatch = 100;

/** How many rows one read returns at most. */
const portion = 64;

/** How many reads of feeds begin in one turn. */
const feedsPerTurn = 4;

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
  const gathered = new Map<string, Promise<FeedRead>>();
  const place = createTurns(feedsPerTurn);

  async function read(
    key: string,
    ...range: readonly [accountId: string, after: number, limit: number]
  ): Promise<FeedRead> {
    await place();
    gathered.delete(key);
    const { events, head } = await store.readFeed(...range);
    return { events: events.map((event) => ({ kind: 'event', feed: event.feed, event })), head };
  }

  return (accountId, after, limit = feedBatch) => {
    const key = `${after} ${limit} ${accountId}`;
    const known = gathered.get(key);
    if (known !== undefined) return known;
    const found = read(key, accountId, after, limit);
    gathered.set(key, found);
    return found;
  };
}

type ReadMany<Row> = (ids: readonly string[]) => Promise<readonly Row[]>;

type Load<Row> = (id: string) => Promise<Row | null>;

/** Ids that are read together, until their read starts. */
type Batch<Row> = { readonly ids: Set<string>; readonly rows: Promise<ReadonlyMap<string, Row>> };

/**
 * Gathers ids until the microtasks queued so far have run, so that all views woken together have asked; then reads each id once. The
 * read starts after the last call that shares it, so no caller gets a row older than its call. What exceeds a portion is read in the next
 * turn.
 */
function createBatch<Row extends { readonly id: string }>(readMany: ReadMany<Row>): Load<Row> {
  const place = createTurns(1);
  let gathered: Batch<Row> | null = null;

  function open(): Batch<Row> {
    const ids = new Set<string>();
    const batch: Batch<Row> = { ids, rows: read() };
    return batch;

    async function read(): Promise<ReadonlyMap<string, Row>> {
      await place();
      if (gathered === batch) gathered = null;
      const rows = await readMany([...ids]);
      return new Map(rows.map((row) => [row.id, row]));
    }
  }

  return async (id) => {
    if (gathered === null || gathered.ids.size >= portion) gathered = open();
    gathered.ids.add(id);
    const rows = await gathered.rows;
    return rows.get(id) ?? null;
  };
}
