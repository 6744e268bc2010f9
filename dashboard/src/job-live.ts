import { isEnded, newerOf } from '@reelgate/client/jobs';
import type { ResultOf } from 'gql.tada';
import { useEffect } from 'react';
import { useQuery, useSubscription } from 'urql';
import { sentenceOf } from './api/client.ts';
import { type JobRow, jobQuery, jobUpdated } from './api/operations.ts';
import { useCopied } from './copy-watch.ts';
import { useFeed } from './feed.ts';

/** A job with its history. */
export type StoredJob = NonNullable<ResultOf<typeof jobQuery>['job']>;

/** One job, live. `stored`: null where no such job exists, undefined while it loads. */
export type LiveJob = {
  readonly stored: StoredJob | null | undefined;
  readonly live: JobRow | undefined;
  readonly error: string | null;
  readonly reload: () => void;
};

/** Loads a job with its history and follows it: by its own subscription while it runs, by the feed after that. */
export function useJobLive(id: string): LiveJob {
  const [{ data, error, fetching }, read] = useQuery({
    query: jobQuery,
    variables: { id },
    requestPolicy: 'cache-and-network',
  });
  const stored = data?.job;
  const isRunning = stored !== undefined && stored !== null && !isEnded(stored.status);
  const [{ data: update }] = useSubscription({ query: jobUpdated, variables: { id }, pause: !isRunning });
  const live = update?.jobUpdated.id === stored?.id ? update?.jobUpdated : undefined;
  const newestEvent = stored?.events.edges.at(-1)?.node.version ?? 0;
  const version = Math.max(stored?.version ?? 0, live?.version ?? 0);

  useEffect(() => {
    // A newer version means that the history has grown.
    if (version > newestEvent && newestEvent > 0) read({ requestPolicy: 'network-only' });
  }, [version, newestEvent, read]);
  useFeed((news) => {
    // Live updates end with the job. A late video and a deletion come by the feed, which puts the job itself into the cache.
    if (news.kind !== 'job' && stored !== undefined) read({ requestPolicy: 'network-only' });
  });
  return {
    stored: stored === null && fetching ? undefined : stored,
    live,
    error: error === undefined ? null : sentenceOf(error),
    reload: () => read({ requestPolicy: 'network-only' }),
  };
}

/** The newest state of a loaded job, with its poster as soon as there is one. */
export function useNewest({ stored, live }: { readonly stored: StoredJob; readonly live: JobRow | undefined }): JobRow {
  return useCopied(newerOf(stored, live));
}

/** The sentence of a job's history for its state; null while the history is older than that. */
export function newestMessage({ events }: StoredJob, { version }: JobRow): string | null {
  const event = events.edges.at(-1)?.node;
  return event?.version === version ? event.message : null;
}
