import type { Job } from '../../domain/job.ts';
import type { Gateway, Subject, Viewer } from '../../gateway/gateway.ts';
import { viewerTextOf } from '../../gateway/viewer.ts';
import { newsOf } from '../../read/watch.ts';
import type { Request } from './guards.ts';
import { recordingGateway } from './read-recorder.ts';

/** A result without errors, as JSON text. */
type Text = string;

/** An answer that came of reading one job and nothing else: it stands as long as that job reads the same. */
type Known = {
  readonly subject: Subject;
  readonly viewer: Viewer;
  readonly jobId: string;
  readonly job: Job;
  readonly text: Text;
};

/** What was answered before. */
export interface ResponseCache {
  /** The answer that was given before to the very same request, where the job that it tells of, read anew, is as it was; else null. */
  find(request: Request): Promise<Text | null>;
  /** A gateway that notes what is asked of it. */
  recorder(): ReadRecorder;
  /** Keeps an answer for the next who asks the same, where the witness saw that one job is all it tells of. */
  keep(request: Request, viewer: Viewer | null, made: { readonly recorder: ReadRecorder; readonly text: Text }): void;
}

/** What an operation is run with, and what it has asked of it since. */
type ReadRecorder = { readonly gateway: Gateway; readonly seen: Seen };

type Seen = { job: { readonly id: string; readonly job: Job } | null; isSole: boolean };

const longestKept = 8000;

/**
 * Answers about single jobs, which is what clients without a subscription ask for over and over. Resolvers know nothing but the viewer, the
 * variables and what the gateway tells them: where all they asked it for was one job, the answer is settled by that job. The job is read
 * each time, and so are the caller's rights and rate; what is spared is executing the operation and writing its result out.
 */
export function createResponseCache(gateway: Gateway): ResponseCache {
  // Parameters are one object for as long as their text is remembered.
  const known = new WeakMap<Request['params'], Known>();
  return {
    async find({ viewer, params }) {
      const last = known.get(params);
      if (last === undefined || viewer === null || !isSame(viewer, last.subject)) return null;
      try {
        const job = await gateway.job(last.viewer, last.jobId);
        if (job === null) return null;
        return newsOf(job, last.job) === 'state' ? null : last.text;
      } catch {
        // What is wrong is told as executing the operation tells it.
        return null;
      }
    },
    recorder: () => recorderOf(gateway),
    keep({ viewer: subject, params }, viewer, { recorder: { seen }, text }) {
      if (subject === null || viewer === null || seen.job === null || !seen.isSole || text.length > longestKept) return;
      known.set(params, { subject, viewer, jobId: seen.job.id, job: seen.job.job, text });
    },
  };
}

function isSame(one: Subject, other: Subject): boolean {
  return one === other || viewerTextOf(one) === viewerTextOf(other);
}

function isSameReading(one: Job, other: Job): boolean {
  return one.id === other.id && newsOf(other, one) !== 'state';
}

function recorderOf(gateway: Gateway): ReadRecorder {
  const seen: Seen = { job: null, isSole: true };
  const job: Gateway['job'] = async (viewer, id) => {
    const found = await gateway.job(viewer, id);
    if (found === null || (seen.job !== null && !isSameReading(seen.job.job, found))) seen.isSole = false;
    else seen.job = { id, job: found };
    return found;
  };
  const isAlive = () => {
    seen.isSole = false;
  };
  return { gateway: recordingGateway(gateway, isAlive, { job }), seen };
}
