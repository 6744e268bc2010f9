import { merge, place } from '@reelgate/client/jobs';
import type { Client } from '@urql/core';
import { createContext, useContext, useEffect, useSyncExternalStore } from 'react';
import { sentenceOf } from './api/client.ts';
import { type JobRow, jobsQuery } from './api/operations.ts';
import type { FailureCode } from './failure.ts';
import type { Feed } from './feed.ts';
import { countAfter } from './job-list.ts';
import type { JobStatus } from './words.ts';

/** What a list of jobs has loaded so far. */
type Loaded = {
  readonly jobs: readonly JobRow[];
  readonly totalCount: number | null;
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly error: string | null;
  /** How many pages in a row have brought nothing: the gateway looks at a bounded number of jobs for each. */
  readonly emptyPages: number;
};

/** A list of jobs, loaded page by page and updated by the feed. */
export type Jobs = Loaded & { readonly loadMore: () => void; readonly reload: () => void };

/** Which jobs a list shows; null means any, and so does an empty search. Instants as the gateway writes them. */
export type JobFilter = {
  readonly status: readonly JobStatus[] | null;
  readonly externalId: string | null;
  readonly failureCode: readonly FailureCode[] | null;
  readonly createdAfter: string | null;
  readonly createdBefore: string | null;
  readonly search: string;
};

/** Every job. */
export const anyJob: JobFilter = {
  status: null,
  externalId: null,
  failureCode: null,
  createdAfter: null,
  createdBefore: null,
  search: '',
};

/** The variables of the query for one page of jobs. */
export function jobsVariablesOf(
  { status, failureCode, search, ...rest }: JobFilter,
  first: number,
  after: string | null,
) {
  const filter = {
    ...rest,
    status: status === null ? null : [...status],
    failureCode: failureCode === null ? null : [...failureCode],
    search: search === '' ? null : search,
  };
  return { first, after, filter };
}

type JobListStore = {
  readonly read: () => Loaded;
  readonly listen: (listener: () => void) => () => void;
  readonly start: () => void;
  readonly loadMore: () => void;
  readonly reload: () => void;
  readonly close: () => void;
};

/** The lists of a session. The feed keeps them up to date while other pages are shown, so that Back finds them as they were. */
export type JobLists = { readonly listOf: (filter: JobFilter, pageSize: number) => JobListStore };

const nothing: Loaded = { jobs: [], totalCount: null, hasMore: true, isLoading: true, error: null, emptyPages: 0 };
/** How many changes are remembered while a page loads: the page may not have them yet. */
const keptNews = 200;
/** How many lists are kept up to date: those of the last pages and filters. */
const mostLists = 4;

/** The lists of a session, none of them loaded yet. */
export function createJobLists(client: Client, feed: Feed): JobLists {
  const lists = new Map<string, JobListStore>();
  let isLive = false;
  feed.listen(({ kind }) => {
    if (kind === 'live') isLive = true;
  });
  return {
    listOf(filter, pageSize) {
      const key = JSON.stringify([filter, pageSize]);
      const list = lists.get(key) ?? createList(client, feed, { filter, pageSize, isLive: () => isLive });
      // The one that was used last is the last to go.
      lists.delete(key);
      lists.set(key, list);
      for (const [oldest, each] of [...lists].slice(0, -mostLists)) {
        lists.delete(oldest);
        each.close();
      }
      return list;
    },
  };
}

/** The lists of the session. */
export const JobListsContext = createContext<JobLists | null>(null);

/** The jobs that match a filter, newest first; `filter` must stay the same object until it changes. */
export function useJobs(filter: JobFilter, pageSize: number): Jobs {
  const lists = useContext(JobListsContext);
  if (lists === null) throw new Error('No session has started.');
  const { listen, read, start, loadMore, reload } = lists.listOf(filter, pageSize);
  const loaded = useSyncExternalStore(listen, read);
  useEffect(start, [start]);
  return { ...loaded, loadMore, reload };
}

type ListOptions = {
  readonly filter: JobFilter;
  readonly pageSize: number;
  /** Whether the feed has been connected. */
  readonly isLive: () => boolean;
};

function createList(client: Client, feed: Feed, { filter, pageSize, isLive }: ListOptions): JobListStore {
  const listeners = new Set<() => void>();
  let loaded = nothing;
  let endCursor: string | null = null;
  let news: readonly JobRow[] = [];
  let latest = 0;
  let isStarted = false;
  let isEarly = false;

  const become = (next: Partial<Loaded>) => {
    loaded = { ...loaded, ...next };
    for (const listener of listeners) listener();
  };
  const load = async (after: string | null) => {
    latest += 1;
    const own = latest;
    if (after === null) news = [];
    isEarly = !isLive();
    become({ isLoading: true });
    const { data, error } = await client
      .query(jobsQuery, jobsVariablesOf(filter, pageSize, after), { requestPolicy: 'network-only' })
      .toPromise();
    // A later request has started meanwhile: only its response counts.
    if (own !== latest) return;
    become({ isLoading: false, error: error === undefined ? null : sentenceOf(error) });
    if (!data?.jobs) return;
    const { nodes, pageInfo, totalCount } = data.jobs;
    const isWhole = !pageInfo.hasNextPage;
    const jobs = merge(after === null ? [] : loaded.jobs, nodes);
    endCursor = pageInfo.endCursor;
    become({
      jobs: news.reduce((list, job) => place(list, job, { filter, isWhole }), jobs),
      totalCount,
      emptyPages: nodes.length === 0 && after !== null ? loaded.emptyPages + 1 : 0,
      hasMore: !isWhole && endCursor !== null,
    });
  };
  const loadFrom = (after: string | null) => {
    load(after).catch((reason: unknown) => become({ isLoading: false, error: String(reason) }));
  };
  const close = feed.listen((item) => {
    if (!isStarted) return;
    // Of what happened between an early load and the start of the feed, nobody else brings news.
    if (item.kind === 'reset' || (item.kind === 'live' && isEarly)) loadFrom(null);
    if (item.kind !== 'job') return;
    const { job } = item;
    news = [...news.slice(1 - keptNews), job];
    const totalCount = countAfter(loaded.totalCount, loaded.jobs, job, filter);
    become({ totalCount, jobs: place(loaded.jobs, job, { filter, isWhole: !loaded.hasMore }) });
  });
  return {
    read: () => loaded,
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    start() {
      if (isStarted) return;
      isStarted = true;
      loadFrom(null);
    },
    loadMore() {
      if (!loaded.isLoading && loaded.hasMore) loadFrom(endCursor);
    },
    reload: () => loadFrom(null),
    close,
  };
}
