import type { Job } from '../../domain/job.ts';
import type { Gateway, Subject, Viewer } from '../../gateway/gateway.ts';
import { viewerTextOf } from '../../gateway/viewer.ts';
import { newsOf } from '../../read/watch.ts';
import type { Request } from './guards.ts';
import { recordingGateway } from './read-recorder.ts';

/** A result without errors, as JSON text. */
type Text = string;

/** A response that depends on one job only: it is valid while that job reads the same. */
type Known = {
  readonly subject: Subject;
  readonly viewer: Viewer;
  readonly jobId: string;
  readonly job: Job;
  readonly text: Text;
};

/** Responses to earlier requests. */
export interface ResponseCache {
  /** Reads the job of an earlier response to the same request. Returns that response if the job is unchanged, else null. */
  find(request: Request): Promise<Text | null>;
  /** A gateway that records its reads. */
  recorder(): ReadRecorder;
  /** Keeps a response for later equal requests, if the recorder saw reads of one job only. */
  keep(request: Request, viewer: Viewer | null, made: { readonly recorder: ReadRecorder; readonly text: Text }): void;
}

/** The gateway that an operation runs with, and what it has read from it. */
type ReadRecorder = { readonly gateway: Gateway; readonly seen: Seen };

type Seen = { job: { readonly id: string; readonly job: Job } | null; isSole: boolean };

const longestKept = 4000;

/**
 * Caches responses about single jobs, which clients without a subscription poll. The only inputs of resolvers are the viewer, the variables
 * and the gateway; if they read only one job, the response depends on that job alone. The job, the caller's rights and the rate are still
 * checked each time; executing the operation and serialising its result are saved.
 */
export function createResponseCache(gateway: Gateway): ResponseCache {
  // Equal bodies have the same parameters object while they are remembered.
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
        // Executing the operation will report the error.
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

function isSameState(one: Job, other: Job): boolean {
  return one.id === other.id && newsOf(other, one) !== 'state';
}

function recorderOf(gateway: Gateway): ReadRecorder {
  const seen: Seen = { job: null, isSole: true };
  const job: Gateway['job'] = async (viewer, id) => {
    const found = await gateway.job(viewer, id);
    if (found === null || (seen.job !== null && !isSameState(seen.job.job, found))) seen.isSole = false;
    else seen.job = { id, job: found };
    return found;
  };
  const onRead = () => {
    seen.isSole = false;
  };
  return { gateway: recordingGateway(gateway, onRead, { job }), seen };
}
