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

/** What tells whether a row of a job is newer. A view keeps no more of the row that it has shown. */
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

/** Reads a feed in batches from its last position on, so that a slow consumer keeps at most one batch in memory. */
function feedReadOf(
  { store, clock, loader }: WatchDeps & { readonly loader: Loader },
  accountId: string,
  start: FeedStart,
): () => Promise<Snapshot<FeedItem>> {
  let position: number | null = null;
  let live = false;

  async function startPosition(): Promise<{ from: number; items: FeedItem[] }> {
    const { head } = await store.readFeed(accountId, Number.MAX_SAFE_INTEGER, 1);
    if (start === 'now') return { from: head, items: [] };
    if (start !== 'unknown' && (await isKept(start, head))) return { from: start, items: [] };
    return { from: head, items: [{ kind: 'reset', feed: head }] };
  }

  /** Whether a cursor can be replayed. It is as old as its event; cursor 0 is as old as the first event. */
  async function isKept(feed: number, head: number): Promise<boolean> {
    if (feed > head || feed < 0) return false;
    if (head === 0) return true;
    const event = await store.findFeedEvent(accountId, Math.max(feed, 1));
    return event !== null && event.occurredAt > clock.now() - feedRetentionMs;
  }

  return async () => {
    const { from, items } = position === null ? await startPosition() : { from: position, items: [] };
    const events = await loader.feed(accountId, from);
    items.push(...events);
    position = events.at(-1)?.feed ?? from;
    const caughtUp = events.length < feedBatch;
    if (caughtUp && !live) {
      live = true;
      items.push({ kind: 'live', feed: position });
    }
    return { items, more: !caughtUp };
  };
}
