import { useMemo } from 'react';
import { newerOf } from '../job.ts';
import { merge, place } from '../job-list.ts';
import type { Reelgate } from '../reelgate.ts';
import type { Job, JobFilter } from '../schema.ts';
import { useReelgate } from './context.tsx';
import { createLive, createShelf, type Live, useLive } from './live.ts';

/** Which jobs, and how many at first and with each `loadMore`. */
export type UseJobsOptions = { readonly first?: number | undefined; readonly filter?: JobFilter | undefined };

type List = { readonly jobs: readonly Job[]; readonly endCursor: string | null };

/** The viewer's jobs, newest first. */
export type UseJobs = {
  readonly jobs: readonly Job[];
  /** Until the first page arrives. */
  readonly isLoading: boolean;
  readonly error: Error | null;
  readonly hasMore: boolean;
  /** Adds the next page. Rejects if it cannot be read. */
  readonly loadMore: () => Promise<void>;
};

/** A list, live, and how to add its next page. */
type LiveList = Live<List> & { readonly loadMore: () => Promise<void> };

type Shelf = ReturnType<typeof createShelf<LiveList>>;

const shelves = new WeakMap<Reelgate, Shelf>();

const none: readonly Job[] = [];

/** The gateway returns no more of them at once. */
const mostAtOnce = 100;

/** The viewer's jobs with all their changes, and new ones as they are made. */
export function useJobs({ first = 20, filter = {} }: UseJobsOptions = {}): UseJobs {
  const client = useReelgate();
  const key = JSON.stringify([first, filter]);
  const live = useMemo(() => {
    // The key is the options' text, so that equal options need not be the same object.
    const [size, wanted] = JSON.parse(key) as [number, JobFilter];
    const shelf = shelves.get(client) ?? createShelf<LiveList>();
    shelves.set(client, shelf);
    return shelf(key, () => createLiveList(client, { first: size, filter: wanted }));
  }, [client, key]);
  const { value, error } = useLive(live);
  return {
    jobs: value?.jobs ?? none,
    isLoading: value === null && error === null,
    error,
    hasMore: Boolean(value?.endCursor),
    loadMore: live.loadMore,
  };
}

type Wanted = { readonly first: number; readonly filter: JobFilter };

/** The list, live. */
export function createLiveList(client: Reelgate, wanted: Wanted): LiveList {
  const list: Live<List> = createLive((signal) => listsOf(client, wanted, list, signal));
  return {
    ...list,
    async loadMore() {
      const after = list.read().value?.endCursor;
      if (!after) return;
      const page = await client.jobs({ ...wanted, after });
      // Meanwhile the list may have been read anew, or this page may have been added already.
      list.update((now) =>
        now?.endCursor === after ? { jobs: merge(now.jobs, page.jobs), endCursor: page.endCursor } : now,
      );
    },
  };
}

/** Reads the list, and yields it after every change. */
async function* listsOf(
  client: Reelgate,
  { first, filter }: Wanted,
  { read, update }: Pick<Live<List>, 'read' | 'update'>,
  signal: AbortSignal,
): AsyncGenerator<List, void, void> {
  const jobsNow = () => read().value?.jobs ?? none;
  /** Reads as many rows as are loaded, from the first on: one that is gone goes, and no two have a gap between them. */
  const load = async () => {
    let list: List = { jobs: none, endCursor: null };
    let asked = 0;
    do {
      const size = Math.max(first, Math.min(mostAtOnce, jobsNow().length - asked));
      const page = await client.jobs({ first: size, filter, after: list.endCursor, signal });
      list = { jobs: merge(list.jobs, page.jobs), endCursor: page.endCursor };
      asked += size;
    } while (list.endCursor !== null && asked < jobsNow().length);
    // Another node of the gateway may be a moment behind.
    const known = new Map(jobsNow().map((job) => [job.id, job]));
    update(() => ({ ...list, jobs: list.jobs.map((job) => newerOf(job, known.get(job.id))) }));
  };
  let isLoaded = false;
  const onReset = async () => {
    isLoaded = true;
    await load();
  };
  if (read().value === null) await load();
  // The feed starts at some moment after that first page was read, so the list is read once more then.
  const onLive = async () => {
    if (!isLoaded) await onReset();
  };
  for await (const { job } of client.feed({ onReset, onLive, signal })) {
    const isWhole = read().value?.endCursor === null;
    yield {
      jobs: place(jobsNow(), job, { filter, isWhole }),
      endCursor: read().value?.endCursor ?? null,
    };
  }
}
