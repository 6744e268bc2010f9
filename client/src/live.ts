import { ReelgateError } from './error.ts';
import { iterate } from './iterate.ts';
import { isEnded } from './job.ts';
import { accountQuery, accountUpdated, jobEvents, jobQuery, jobsQuery, jobUpdated } from './operations.ts';
import type { CreditAccount, Job, JobStatus } from './schema.ts';
import type { Transport } from './transport.ts';
import { follow } from './wait.ts';

/** A state change of one of the viewer's jobs. `cursor`: pass it to `feed({ after })` to continue behind it. */
export type FeedEvent = {
  readonly job: Job;
  readonly version: number;
  readonly status: JobStatus;
  /** What happened, a sentence; '' where the network lets only queries through. */
  readonly message: string;
  readonly cursor: string | null;
};

/** Where a feed starts, and what to do about gaps. */
export type FeedOptions = {
  /** Continue behind this cursor; without it, from now on. */
  readonly after?: string | null | undefined;
  /** Some changes may be missing: read your jobs again. The feed waits for a promise. */
  readonly onReset?: (() => void | Promise<void>) | undefined;
  /** Nothing is missing up to here; called after each connection. The feed waits for a promise. */
  readonly onLive?: (() => void | Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** Runs a query and returns its data. */
export type Query = (
  query: string,
  variables: Readonly<Record<string, unknown>>,
  signal?: AbortSignal,
) => Promise<unknown>;

/** The states of one job, from the current one to the final one. */
export function watchJob(
  transport: Transport,
  query: Query,
  id: string,
  outer?: AbortSignal,
): AsyncGenerator<Job, void, void> {
  return iterate<Job>(
    async (push, signal) => {
      const ended = new AbortController();
      const unfollow = follow(signal, ended);
      let version = 0;
      const take = (job: Job) => {
        // After a reconnect, another node of the gateway may be a moment behind.
        if (job.version < version) return false;
        version = job.version;
        push(job);
        return isEnded(job.status);
      };
      const poll = async () => {
        // The kit's own selection has these types.
        const { job } = (await query(jobQuery, { id }, ended.signal)) as { readonly job: Job | null };
        if (job === null) throw new ReelgateError('NOT_FOUND', 'There is no such job.');
        return take(job);
      };
      const next = ({ data }: { readonly data?: unknown }) => {
        const { jobUpdated: job } = data as { readonly jobUpdated: Job };
        if (take(job)) ended.abort();
      };
      await transport.run({ query: jobUpdated, variables: { id }, poll }, next, ended.signal).finally(unfollow);
    },
    outer,
    true,
  );
}

/** The viewer's account: now, and after every change. */
export function watchAccount(
  transport: Transport,
  query: Query,
  outer?: AbortSignal,
): AsyncGenerator<CreditAccount, void, void> {
  return iterate<CreditAccount>(
    async (push, signal) => {
      let last = '';
      const take = (account: CreditAccount) => {
        if (JSON.stringify(account) === last) return;
        last = JSON.stringify(account);
        push(account);
      };
      const poll = async () => {
        take(accountIn(await query(accountQuery, {}, signal)));
        return false;
      };
      const next = ({ data }: { readonly data?: unknown }) => {
        // The kit's own selection has this type.
        take((data as { readonly accountUpdated: CreditAccount }).accountUpdated);
      };
      await transport.run({ query: accountUpdated, poll }, next, signal);
    },
    outer,
    true,
  );
}

/** The account in the data of `accountQuery`. */
export function accountIn(data: unknown): CreditAccount {
  return (data as { readonly viewer: { readonly account: CreditAccount } }).viewer.account;
}

type FeedItem =
  | (FeedEvent & { readonly __typename: 'JobEvent'; readonly cursor: string })
  | { readonly __typename: 'FeedReset'; readonly cursor: string }
  | { readonly __typename: 'FeedLive'; readonly cursor: string };

type Noted = FeedItem | { readonly __typename: 'Polled'; readonly job: Job };

/** How many jobs' versions are remembered, so that no event arrives twice after a change of ways. */
const mostKnown = 2000;

/** Every state change of the viewer's jobs, in order. */
export async function* watchFeed(
  transport: Transport,
  query: Query,
  { after = null, onReset, onLive, signal: outer }: FeedOptions,
): AsyncGenerator<FeedEvent, void, void> {
  const known = new Map<string, number>();
  let cursor = after;
  const items = iterate<Noted>((push, signal) => {
    let isPolling = false;
    const next = ({ data }: { readonly data?: unknown }) => {
      isPolling = false;
      push((data as { readonly jobEvents: FeedItem }).jobEvents);
    };
    const poll = async () => {
      const jobs = await readChanged(query, signal);
      // Changes since the last event cannot be told from old ones: whoever listens reads its list again.
      if (!isPolling) push({ __typename: 'FeedReset', cursor: cursor ?? '' });
      for (const job of jobs) {
        if (isPolling) push({ __typename: 'Polled', job });
        else remember(known, job.id, job.version);
      }
      isPolling = true;
      return false;
    };
    return transport.run({ query: jobEvents, variables: { after }, poll }, next, signal);
  }, outer);
  for await (const item of items) {
    if ('cursor' in item && item.cursor !== '') cursor = item.cursor;
    if (item.__typename === 'FeedReset') await onReset?.();
    else if (item.__typename === 'FeedLive') await onLive?.();
    else {
      const { job } = item;
      const version = item.__typename === 'Polled' ? job.version : item.version;
      if (version <= (known.get(job.id) ?? 0)) continue;
      remember(known, job.id, version);
      if (item.__typename === 'Polled') yield { job, version, status: job.status, message: '', cursor };
      else yield { job, version, status: item.status, message: item.message, cursor };
    }
  }
}

function remember(known: Map<string, number>, id: string, version: number): void {
  known.delete(id);
  known.set(id, version);
  const [oldest] = known.keys();
  if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
}

/** The newest jobs and those that run, oldest first. */
async function readChanged(query: Query, signal: AbortSignal): Promise<readonly Job[]> {
  const read = async (filter: object | null) => {
    // The kit's own selection has this type.
    const { jobs } = (await query(jobsQuery, { first: 50, filter }, signal)) as { readonly jobs: { nodes: Job[] } };
    return jobs.nodes;
  };
  const lists = await Promise.all([read(null), read({ status: ['PENDING', 'QUEUED', 'PROCESSING'] })]);
  return [...new Map(lists.flat().map((job) => [job.id, job])).values()].reverse();
}
