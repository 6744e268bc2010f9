import { isLaterCopy } from '../domain/copy.ts';
import { isEnded, type Job } from '../domain/job.ts';
import type { Account } from '../domain/ledger.ts';
import { accountTopic, type Clock, jobTopic, type Store } from '../ports.ts';
import { createLoader, type FeedEvent, feedBatch, type Loader } from './loader.ts';
import type { Read, Snapshot, View } from './view.ts';
import type { Views } from './views.ts';

/** Older events are not replayed: a cursor that points at one causes a reset. */
const feedRetentionMs = 7 * 24 * 60 * 60_000;

/** One item of an account's feed. `feed` is the number to resume after. */
export type FeedItem =
  | FeedEvent
  | { readonly kind: 'reset'; readonly feed: number }
  | { readonly kind: 'live'; readonly feed: number };

/** Where to resume an account's feed: after a number, from now on, or at a cursor that we did not issue. */
export type FeedStart = number | 'now' | 'unknown';

/** Live views of the store. Each has one listener at the bell while it is open. */
export interface Watch {
  /** The current job, then each newer version and newer progress of the same version. Ends after the end state. */
  job(jobId: string): View<Job>;
  /** The current account, then the account after each change of `balance` or `held`. */
  account(accountId: string): View<Account>;
  /** Every event of the account in order, from `start` on; see `JobFeedItem` in the public schema. */
  feed(accountId: string, start: FeedStart): View<FeedItem>;
}

type WatchDeps = { readonly store: Store; readonly views: Views; readonly clock: Clock };

/** Live views: register at the bell, read, then read again at each ring. */
export function createWatch(deps: WatchDeps): Watch {
  const { store, views } = deps;
  const loader = createLoader(store);
  return {
    job: (jobId) => views.open(jobTopic(jobId), jobReadOf(loader, jobId)),
    account: (accountId) => views.open(accountTopic(accountId), accountReadOf(loader, accountId)),
    feed: (accountId, start) => views.open(accountTopic(accountId), feedReadOf({ ...deps, loader }, accountId, start)),
  };
}

/** What shows whether a row of a job is newer. A view keeps no more of the row that it has shown. */
export type Known = Pick<Job, 'version' | 'copy' | 'pollUrl' | 'lateVideo' | 'polledAt'>;

/**
 * How a job is newer than the last known row: `state` if its version is higher, its video was stored or is gone, or if a late acceptance
 * or a late video was added;
 * `progress` if it was only polled since; null if it is not newer.
 */
export function newsOf(job: Job, known: Known | null): 'state' | 'progress' | null {
  if (known === null || job.version > known.version) return 'state';
  if (job.version < known.version) return null;
  if (isLaterCopy(job.copy, known.copy)) return 'state';
  if (job.pollUrl !== known.pollUrl || (job.lateVideo === null) !== (known.lateVideo === null)) return 'state';
  return !isEnded(job) && (job.polledAt ?? 0) > (known.polledAt ?? 0) ? 'progress' : null;
}

/** Reads a job and returns it if it is newer than the last one returned. */
function jobReadOf(loader: Loader, jobId: string): Read<Job> {
  let shown: Known | null = null;
  const snapshotOf = (job: Job | null): Snapshot<Job> => {
    if (job === null) return { items: [], last: true };
    if (newsOf(job, shown) === null) return { items: [], last: isEnded(job), known: job };
    const { version, copy, pollUrl, lateVideo, polledAt } = job;
    shown = { version, copy, pollUrl, lateVideo, polledAt };
    return { items: [job], last: isEnded(job) };
  };
  return async () => snapshotOf(await loader.job(jobId));
}

function accountReadOf(loader: Loader, accountId: string): () => Promise<Snapshot<Account>> {
  let shown: Account | null = null;
  return async () => {
    const account = await loader.account(accountId);
    if (account === null) return { items: [], last: true };
    const isNewer = account.balance !== shown?.balance || account.held !== shown.held;
    shown = account;
    return isNewer ? { items: [account] } : { items: [], known: account };
  };
}

/** Where a feed is followed from: a number, an item to say so, and the events after it that are known already. */
type Beginning = { readonly from: number; readonly items: readonly FeedItem[]; readonly events: readonly FeedEvent[] };

/** Reads a feed in batches from its last position on, so that a slow consumer keeps at most one batch in memory. */
function feedReadOf(
  { clock, loader }: WatchDeps & { readonly loader: Loader },
  accountId: string,
  start: FeedStart,
): () => Promise<Snapshot<FeedItem>> {
  let position: number | null = null;
  let live = false;

  /** One read has the cursor's own event, by which it is known to be kept, and the events after it. */
  async function begin(): Promise<Beginning> {
    const own = typeof start === 'number' ? Math.max(start, 1) : Number.MAX_SAFE_INTEGER;
    const { events, head } = await loader.feed(accountId, own - 1, feedBatch + 1);
    if (start === 'now') return { from: head, items: [], events: [] };
    if (start !== 'unknown' && isKept(start, head, events[0]))
      return { from: start, items: [], events: events.filter(({ feed }) => feed > start).slice(0, feedBatch) };
    return { from: head, items: [{ kind: 'reset', feed: head }], events: [] };
  }

  /** Whether a cursor can be replayed. It is as old as its event; cursor 0 is as old as the first event. */
  function isKept(feed: number, head: number, own: FeedEvent | undefined): boolean {
    if (feed > head || feed < 0) return false;
    if (head === 0) return true;
    return own?.feed === Math.max(feed, 1) && own.event.occurredAt > clock.now() - feedRetentionMs;
  }

  async function readOn(from: number): Promise<Beginning> {
    return { from, items: [], events: (await loader.feed(accountId, from)).events };
  }

  return async () => {
    const { from, items: first, events } = position === null ? await begin() : await readOn(position);
    const items = [...first, ...events];
    position = events.at(-1)?.feed ?? from;
    const caughtUp = events.length < feedBatch;
    if (caughtUp && !live) {
      live = true;
      items.push({ kind: 'live', feed: position });
    }
    return { items, more: !caughtUp };
  };
}
