import { useEffect, useRef, useState } from 'react';
import { useClient } from 'urql';
import { type JobRow, jobRowQuery, type Video } from './api/operations.ts';
import { linkReadInMs } from './video.ts';

type Held = Pick<JobRow, 'id' | 'video' | 'lateVideo'>;

/** A job's video with links that work, and what to do when one of them could not be loaded. */
type FreshVideo = { readonly held: Video | null; readonly onBroken: (url: string) => void };

/**
 * Reads the job again shortly before its signed links expire, as in a list that stays open for hours. It also reads it once for each
 * link that could not be loaded: the browser's clock may be wrong.
 */
export function useFreshVideo({ id, video, lateVideo }: Held): FreshVideo {
  const client = useClient();
  const given = video ?? lateVideo;
  const [{ fresh, reads }, setRead] = useState<{
    readonly fresh: { readonly of: Video | null; readonly video: Video | null } | null;
    readonly reads: number;
  }>({ fresh: null, reads: 0 });
  // A newer state of the job brings links of its own.
  const held = fresh !== null && isSame(fresh.of, given) ? fresh.video : given;
  const last = useRef(given);
  last.current = given;
  const tried = useRef(new Set<string>());

  const read = () => {
    const of = last.current;
    const task = async () => {
      const { data } = await client.query(jobRowQuery, { id }, { requestPolicy: 'network-only' }).toPromise();
      setRead((before) => ({
        fresh: data === undefined ? before.fresh : { of, video: data.job?.video ?? data.job?.lateVideo ?? null },
        reads: before.reads + 1,
      }));
    };
    task().catch(reportError);
  };
  const newest = useRef(read);
  newest.current = read;
  const url = held?.url ?? null;
  useEffect(() => {
    const ms = url === null ? null : linkReadInMs(url, { now: Date.now(), reads });
    if (ms === null) return;
    const timer = setTimeout(() => newest.current(), ms);
    return () => clearTimeout(timer);
  }, [url, reads]);
  return {
    held,
    onBroken(broken) {
      if (tried.current.has(broken)) return;
      tried.current.add(broken);
      read();
    },
  };
}

function isSame(one: Video | null, other: Video | null): boolean {
  return one?.url === other?.url && one?.posterUrl === other?.posterUrl;
}
