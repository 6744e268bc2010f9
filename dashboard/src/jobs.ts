import { useCallback, useEffect, useRef, useState } from 'react';
import { useClient } from 'urql';
import { sentenceOf } from './api/client.ts';
import { type JobRow, jobsQuery } from './api/operations.ts';
import { useFeed } from './feed.ts';
import { append, countAfter, type Filter, place } from './job-list.ts';
import type { JobStatus } from './words.ts';

/** A list of jobs, loaded page by page and updated by the feed. */
export type Jobs = {
  readonly jobs: readonly JobRow[];
  readonly totalCount: number | null;
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly error: string | null;
  readonly loadMore: () => void;
  readonly reload: () => void;
};

/** A filter in the gateway's own enum. */
export type JobFilter = Pick<Filter, 'externalId'> & { readonly status: readonly JobStatus[] | null };

/** The variables of the query for one page of jobs. */
export function jobsVariablesOf({ status, externalId }: JobFilter, first: number, after: string | null) {
  return { first, after, filter: { status: status === null ? null : [...status], externalId } };
}

type Loaded = {
  readonly jobs: readonly JobRow[];
  readonly totalCount: number | null;
  readonly endCursor: string | null;
  readonly hasMore: boolean;
};

const nothing: Loaded = { jobs: [], totalCount: null, endCursor: null, hasMore: true };
/** How many changes are remembered while a page loads: the page may not have them yet. */
const keptNews = 200;

/** Loads the jobs that match a filter, newest first; `filter` must stay the same object until it changes. */
export function useJobs(filter: JobFilter, pageSize: number): Jobs {
  const client = useClient();
  const [loaded, setLoaded] = useState(nothing);
  const [isLoading, setLoading] = useState(true);
  const [error, setError] = useState<string | null>(null);
  const news = useRef<JobRow[]>([]);
  const latest = useRef(0);

  const load = useCallback(
    async (after: string | null) => {
      latest.current += 1;
      const own = latest.current;
      if (after === null) news.current = [];
      setLoading(true);
      const { data, error: trouble } = await client
        .query(jobsQuery, jobsVariablesOf(filter, pageSize, after), { requestPolicy: 'network-only' })
        .toPromise();
      // A later request has started meanwhile: only its response counts.
      if (own !== latest.current) return;
      setLoading(false);
      setError(trouble === undefined ? null : sentenceOf(trouble));
      if (!data?.jobs) return;
      const { nodes, pageInfo, totalCount } = data.jobs;
      setLoaded((before) => {
        const isWhole = !pageInfo.hasNextPage;
        const jobs = append(after === null ? [] : before.jobs, nodes);
        const current = news.current.reduce((list, job) => place(list, job, { filter, isWhole }), jobs);
        return { jobs: current, totalCount, endCursor: pageInfo.endCursor, hasMore: !isWhole };
      });
    },
    [client, filter, pageSize],
  );

  const reload = useCallback(() => {
    load(null).catch(setErrorOf(setError));
  }, [load]);

  useEffect(() => {
    setLoaded(nothing);
    reload();
    return () => {
      latest.current += 1;
    };
  }, [reload]);

  useFeed((item) => {
    if (item.kind === 'reset') reload();
    if (item.kind !== 'job') return;
    const { job } = item;
    news.current = [...news.current.slice(1 - keptNews), job];
    setLoaded((before) => {
      const totalCount = countAfter(before.totalCount, before.jobs, job, filter);
      return { ...before, totalCount, jobs: place(before.jobs, job, { filter, isWhole: !before.hasMore }) };
    });
  });

  const { jobs, totalCount, hasMore, endCursor } = loaded;
  const loadMore = () => {
    if (!isLoading && hasMore && endCursor !== null) load(endCursor).catch(setErrorOf(setError));
  };
  return { jobs, totalCount, hasMore: hasMore && endCursor !== null, isLoading, error, loadMore, reload };
}

function setErrorOf(setError: (text: string) => void) {
  return (reason: unknown) => setError(String(reason));
}
