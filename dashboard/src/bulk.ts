import { isEnded, isKeptHere } from '@reelgate/client/jobs';
import type { Client } from '@urql/core';
import { sentenceOf } from './api/client.ts';
import { cancelJob, deleteJob, retryJob } from './api/mutations.ts';
import type { JobRow } from './api/operations.ts';
import { downloadUrlOf } from './video.ts';

/** What can be done with several jobs at once. */
export type BulkAction = 'retry' | 'cancel' | 'download' | 'delete';

/** How an action went: for how many jobs it succeeded, and why it did not for others. */
export type BulkOutcome = { readonly done: number; readonly refusals: ReadonlyMap<string, number> };

const atOnce = 4;
/** Browsers drop downloads that start at the same moment. */
const betweenDownloadsMs = 300;

/** Whether the same request can succeed: after a cancel, or a failure that says so. A video that came late needs no second one. */
export function canRetryUnchanged({ status, failure, lateVideo, deletedAt }: JobRow): boolean {
  if (deletedAt !== null) return false;
  return status === 'CANCELED' || (status === 'FAILED' && failure?.retryable === true && lateVideo === null);
}

/** Whether an action makes sense for a job. */
export function canDo(action: BulkAction, job: JobRow): boolean {
  switch (action) {
    case 'retry':
      return canRetryUnchanged(job);
    case 'cancel':
      return job.status === 'PENDING';
    case 'download': {
      const held = job.video ?? job.lateVideo;
      return held !== null && held.storage !== 'GONE' && isKeptHere(held, job);
    }
    case 'delete':
      return isEnded(job.status) && job.deletedAt === null;
  }
}

/** Does it for each of the jobs, a few at a time. */
export async function doAll(client: Client, action: BulkAction, jobs: readonly JobRow[]): Promise<BulkOutcome> {
  const refusals = new Map<string, number>();
  let done = 0;
  const width = action === 'download' ? 1 : atOnce;
  for (let at = 0; at < jobs.length; at += width) {
    const reasons = await Promise.all(jobs.slice(at, at + width).map((job) => doOne(client, action, job)));
    for (const reason of reasons) {
      if (reason === null) done += 1;
      else refusals.set(reason, (refusals.get(reason) ?? 0) + 1);
    }
  }
  return { done, refusals };
}

/** Null, or why it was refused. */
async function doOne(client: Client, action: BulkAction, job: JobRow): Promise<string | null> {
  const { id } = job;
  if (action === 'download') return download(job);
  if (action === 'retry') {
    const { data, error } = await client.mutation(retryJob, { id }).toPromise();
    const result = data?.retryJob;
    if (result?.__typename === 'GenerateVideoSuccess') return null;
    return result?.message ?? (error === undefined ? 'No response came.' : sentenceOf(error));
  }
  if (action === 'cancel') {
    const { data, error } = await client.mutation(cancelJob, { id }).toPromise();
    const result = data?.cancelJob;
    if (result?.__typename === 'CancelJobSuccess') return null;
    return result?.message ?? (error === undefined ? 'No response came.' : sentenceOf(error));
  }
  const { data, error } = await client.mutation(deleteJob, { id }).toPromise();
  const result = data?.deleteJob;
  if (result?.__typename === 'DeleteJobSuccess') return null;
  return result?.message ?? (error === undefined ? 'No response came.' : sentenceOf(error));
}

async function download({ videoUrl }: JobRow): Promise<null> {
  const link = document.createElement('a');
  link.href = downloadUrlOf(videoUrl);
  link.download = '';
  link.click();
  await new Promise<void>((resolve) => {
    setTimeout(resolve, betweenDownloadsMs);
  });
  return null;
}
