import { useCallback, useMemo } from 'react';
import { iterate } from '../iterate.ts';
import { matches, merge, place } from '../job-list.ts';
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

type Shelf = ReturnType<typeof createShelf<Live<List>>>;

const shelves = new WeakMap<Reelgate, Shelf>();

const none: readonly Job[] = [];

/** The viewer's jobs with all their changes, and new ones as they are made. */
export function useJobs({ first = 20, filter = {} }: UseJobsOptions = {}): UseJobs {
  const client = useReelgate();
  const key = JSON.stringify([first, filter]);
  const live = useMemo(() => {
    // The key is the options' text, so that equal options need not be the same object.
    const [size, wanted] = JSON.parse(key) as [number, JobFilter];
    const shelf = shelves.get(client) ?? createShelf<Live<List>>();
    shelves.set(client, shelf);
    return shelf(key, () => {
      const list: Live<List> = createLive((signal) =>
        listsOf(client, { size, wanted, read: () => list.read().value }, signal),
      );
      return list;
    });
  }, [client, key]);
  const { value, error } = useLive(live);

  const loadMore = useCallback(async () => {
    const after = live.read().value?.endCursor;
    if (!after) return;
    const [size, wanted] = JSON.parse(key) as [number, JobFilter];
    const page = await client.jobs({ first: size, filter: wanted, after });
    live.update((list) => list && { jobs: merge(list.jobs, page.jobs), endCursor: page.endCursor });
  }, [client, key, live]);

  return {
    jobs: value?.jobs ?? none,
    isLoading: value === null && error === null,
    error,
    hasMore: Boolean(value?.endCursor),
    loadMore,
  };
}

type Wanted = { readonly size: number; readonly wanted: JobFilter; readonly read: () => List | null };

/** The list now, and after every change. */
function listsOf(client: Reelgate, { size, wanted, read }: Wanted, outer: AbortSignal): AsyncIterable<List> {
  return iterate<List>(async (push, signal) => {
    const load = async () => {
      const page = await client.jobs({ first: size, filter: wanted, signal });
      const list = read();
      if (list === null) return push(page);
      // Pages that were loaded before stay.
      push({ jobs: merge(list.jobs, page.jobs).filter((job) => matches(job, wanted)), endCursor: list.endCursor });
    };
    let isLoaded = false;
    const loadAgain = async () => {
      isLoaded = true;
      await load();
    };
    await load();
    // The feed starts at some moment after that first page was read, so the page is read once more then.
    const onLive = () => {
      if (!isLoaded) loadAgain().catch(() => undefined);
    };
    for await (const { job } of client.feed({ onReset: loadAgain, onLive, signal })) {
      const list = read() ?? { jobs: none, endCursor: null };
      push({ ...list, jobs: place(list.jobs, job, { filter: wanted, isWhole: list.endCursor === null }) });
    }
  }, outer);
}
