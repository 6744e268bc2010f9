import type { Client } from '@urql/core';
import { createContext, useContext, useEffect, useRef } from 'react';
import { type JobRow, jobEvents } from './api/operations.ts';

/** What happened: a job changed its state, or too much was missed and lists must be read again. */
export type FeedNews =
  | { readonly kind: 'job'; readonly job: JobRow; readonly message: string }
  | { readonly kind: 'reset' };

/** Passes on what happens to all of the viewer's jobs. */
export type Feed = {
  readonly tell: (news: FeedNews) => void;
  readonly listen: (listener: (news: FeedNews) => void) => () => void;
};

/** A feed that nothing has come by yet. */
export function createFeed(): Feed {
  const listeners = new Set<(news: FeedNews) => void>();
  return {
    tell(news) {
      for (const listener of listeners) listener(news);
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The feed of the page. */
export const FeedContext = createContext<Feed>(createFeed());

/** Fills a feed from the gateway's subscription, over breaks of the connection. */
export function useFeedOf(client: Client, feed: Feed): void {
  useEffect(() => {
    const { unsubscribe } = client.subscription(jobEvents, {}).subscribe(({ data }) => {
      const item = data?.jobEvents;
      if (item?.__typename === 'JobEvent') feed.tell({ kind: 'job', job: item.job, message: item.message });
      if (item?.__typename === 'FeedReset') feed.tell({ kind: 'reset' });
    });
    return unsubscribe;
  }, [client, feed]);
}

/** Calls back with everything that comes by the feed while the component is there. */
export function useFeed(listener: (news: FeedNews) => void): void {
  const feed = useContext(FeedContext);
  const newest = useRef(listener);
  newest.current = listener;
  useEffect(() => feed.listen((news) => newest.current(news)), [feed]);
}
