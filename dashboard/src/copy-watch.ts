import { isBeingCopied, newerOf } from '@reelgate/client/jobs';
import { useEffect, useState } from 'react';
import { useClient } from 'urql';
import { type JobRow, jobRowQuery } from './api/operations.ts';

/** A copy takes a second or two. A page asks ten times, each time after twice as long: for about 17 minutes in all. */
const tries = 10;
const firstWaitMs = 1000;

/**
 * The job, with its poster as soon as the gateway has copied the video. The feed has no item for a finished copy, so this asks for
 * the job again, less and less often, until the video is stored or gone.
 */
export function useCopied(job: JobRow): JobRow {
  const client = useClient();
  const [asked, setAsked] = useState(0);
  const [found, setFound] = useState<JobRow | null>(null);
  const newest = newerOf(job, found);
  const isAwaited = isBeingCopied(newest) && asked < tries;
  useEffect(() => {
    if (!isAwaited) return;
    const ask = async () => {
      const { data } = await client.query(jobRowQuery, { id: job.id }, { requestPolicy: 'network-only' }).toPromise();
      setFound((before) => data?.job ?? before);
      setAsked(asked + 1);
    };
    const timer = setTimeout(() => void ask().catch(reportError), firstWaitMs * 2 ** asked);
    return () => clearTimeout(timer);
  }, [isAwaited, asked, client, job.id]);
  return newest;
}
