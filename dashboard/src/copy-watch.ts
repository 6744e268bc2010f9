import { isBeingCopied, laterStates, newerOf } from '@reelgate/client/jobs';
import { useEffect, useRef, useState } from 'react';
import { useClient } from 'urql';
import { type JobRow, jobRowQuery } from './api/operations.ts';

/**
 * The job, with its poster as soon as the gateway has copied the video. The feed has no item for a finished copy, so this asks for
 * the job again, less and less often, until the video is stored or gone.
 */
export function useCopied(job: JobRow): JobRow {
  const client = useClient();
  const [found, setFound] = useState<JobRow | null>(null);
  const newest = newerOf(job, found);
  const last = useRef(newest);
  last.current = newest;
  const isAwaited = isBeingCopied(newest);
  useEffect(() => {
    if (!isAwaited) return;
    const controller = new AbortController();
    const read = async () => {
      const { data } = await client.query(jobRowQuery, { id: job.id }, { requestPolicy: 'network-only' }).toPromise();
      // A request that failed says nothing of the job.
      return data === undefined ? last.current : data.job;
    };
    const follow = async () => {
      for await (const later of laterStates(last.current, { read, signal: controller.signal })) setFound(later);
    };
    follow().catch(reportError);
    return () => controller.abort();
  }, [isAwaited, client, job.id]);
  return newest;
}
