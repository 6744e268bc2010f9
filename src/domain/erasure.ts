import type { Change } from './change.ts';
import { copyGone, noCopy } from './copy.ts';
import { jobFailure } from './failure-code.ts';
import { type Copy, isEnded, type Job, type Video } from './job.ts';
import { scriptPrefix } from './sandbox-prompt.ts';

/**
 * The deletion of a job that has ended: what was asked for, what the provider said and the video go; price, times and counts stay. Null
 * if the job still runs or was deleted before. A change like any other: the version grows, and the account's feed has an event.
 */
export function erase(job: Job, now: number): Change | null {
  if (!isEnded(job) || job.deletedAt !== null) return null;
  const to: Job = {
    ...job,
    // A script chose its own duration: while it can be told from a prompt, estimates leave it out.
    prompt: job.prompt.startsWith(scriptPrefix) ? scriptPrefix : '',
    externalId: null,
    requestId: null,
    pollUrl: null,
    video: emptied(job.video),
    lateVideo: emptied(job.lateVideo),
    copy: erasedCopyOf(job, now),
    // Its message may quote the provider, which may quote the prompt.
    failure: job.failure === null ? null : jobFailure(job.failure.code, job.failure.httpStatus),
    providerMessage: null,
    outputMissingSince: null,
    unknownVideo: false,
    pollAt: null,
    version: job.version + 1,
    deletedAt: now,
  };
  return { from: job, to, moved: true, message: 'Deleted: its prompt, its reference and its video are gone.' };
}

/** Whether a change is the deletion of a job. */
export function isErasure({ from, to }: Change): boolean {
  return from.deletedAt === null && to.deletedAt !== null;
}

function emptied(video: Video | null): Video | null {
  return video === null ? null : { ...video, url: '', expiresAt: null };
}

/** A copy that was waiting may have left files, too. A video that was never kept leaves none. */
function erasedCopyOf(job: Job, now: number): Copy {
  const { state, copyAt, settledAt, lost } = job.copy;
  if (job.video === null && job.lateVideo === null) return noCopy;
  const gone: Copy = { ...noCopy, state: 'GONE', lost, settledAt: settledAt ?? now };
  if (state === 'NONE') return gone;
  return { ...gone, copyAt: state === 'GONE' ? copyAt : copyGone(job, now).copyAt };
}
