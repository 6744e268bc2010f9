import type { Client } from '@urql/core';
import { createContext, useContext, useEffect, useRef } from 'react';
import { useAllowed } from './access.ts';
import { type JobRow, jobEvents } from './api/operations.ts';

/** A job changed its state; so much was missed that lists have to be loaded again; or, after each connection, nothing is missing. */
export type FeedNews =
  | { readonly kind: 'job'; readonly job: JobRow; readonly message: string }
  | { readonly kind: 'reset' | 'live' };

/** Passes on the changes of all the viewer's jobs. */
export type Feed = {
  readonly publish: (news: FeedNews) => void;
  readonly listen: (listener: (news: FeedNews) => void) => () => void;
};

/** A feed without listeners. */
export function createFeed(): Feed {
  const listeners = new Set<(news: FeedNews) => void>();
  return {
    publish(news) {
      for (const listener of listeners) {
        try {
          listener(news);
        } catch (error) {
          // The others still hear of it, and the subscription that brought it goes on.
          reportError(error);
        }
      }
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The feed of the session. */
export const FeedContext = createContext<Feed>(createFeed());

/** Fills the feed from the gateway's subscription, which resumes after every break of the connection. */
export function useFeedOf(client: Client): void {
  const feed = useContext(FeedContext);
  const isAllowed = useAllowed('JOBS_READ');
  useEffect(() => {
    if (!isAllowed) return;
    const { unsubscribe } = client.subscription(jobEvents, {}).subscribe(({ data }) => {
      const item = data?.jobEvents;
      if (item?.__typename === 'JobEvent') feed.publish({ kind: 'job', job: item.job, message: item.message });
      if (item?.__typename === 'FeedReset') feed.publish({ kind: 'reset' });
      if (item?.__typename === 'FeedLive') feed.publish({ kind: 'live' });
    });
    return unsubscribe;
  }, [client, feed, isAllowed]);
}

/** Calls back with each piece of news while the component is mounted. */
export function useFeed(listener: (news: FeedNews) => void): void {
  const feed = useContext(FeedContext);
  const newest = useRef(listener);
  newest.current = listener;
  useEffect(() => feed.listen((news) => newest.current(news)), [feed]);
}
