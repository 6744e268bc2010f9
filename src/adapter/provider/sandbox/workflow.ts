import { createHash, randomBytes } from 'node:crypto';
import { createCounter } from './counter.ts';
import { randomLifeMsOf, recordAt } from './life.ts';
import { readRequestId, requestIdOf } from './request-id.ts';
import { errorResponse, type HttpResponse, jsonResponse, unknownRequestResponse } from './response.ts';
import { readScriptCall, type ScriptCall, scriptOf } from './script.ts';
import type { Submission } from './submission.ts';
import type { Ratio } from './video-files.ts';

/** What the workflow receives. */
export type WorkflowOptions = {
  /** Signs request ids. */
  readonly idKey: Uint8Array;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly pollUrlOf: (requestId: string, origin: string) => string;
  readonly videoUrlOf: (ratio: Ratio) => string;
};

/** The provider's submit and poll, which follow the script that the prompt names. */
export interface Workflow {
  /** The response to a submit that was sent to `origin`; null means that the connection is cut. */
  submit(submission: Submission, origin: string): HttpResponse | null;
  /** The response to a poll. */
  poll(requestId: string): HttpResponse;
}

const limitedSubmits = 2;

const limitedMs = 1000;

/** If more requests than this are counted at once, the oldest one starts its faults again. */
const maxCounted = 1000;

/** Creates a workflow. It only remembers how many faults each request has had; all else is in the request ids. */
export function createWorkflow({ idKey, now, pollUrlOf, videoUrlOf }: WorkflowOptions): Workflow {
  const limits = createCounter(maxCounted);
  const polls = createCounter(maxCounted);

  function accept({ ratio }: Submission, scriptCall: ScriptCall, origin: string): HttpResponse {
    const nonce = randomBytes(8);
    const lifeMs = scriptCall.lifeMs ?? randomLifeMsOf(nonce.readUInt32BE() / 2 ** 32);
    const id = requestIdOf(
      { startedAt: now(), script: scriptCall.name, lifeMs, ratio, nonce: nonce.toString('hex') },
      idKey,
    );
    const message = 'Workflow request queued';
    return jsonResponse(200, { message, request_id: id, status: 'QUEUED', poll_url: pollUrlOf(id, origin) });
  }

  /** A submit does not identify its job, so submits with equal parameters count together. */
  function limit({ prompt, ratio, seed }: Submission): HttpResponse | null {
    const digest = createHash('sha256').update(JSON.stringify([prompt, ratio, seed]));
    const key = digest.digest('hex');
    if (limits.count(key) > limitedSubmits) {
      limits.forget(key);
      return null;
    }
    const resetAt = new Date(now() + limitedMs).toISOString();
    return errorResponse(429, 'Too many requests', { 'x-rate-limit-reset-at-utc': resetAt });
  }

  return {
    submit(submission, origin) {
      const scriptCall = readScriptCall(submission.prompt);
      const script = scriptOf(scriptCall.name);
      switch (script.submit) {
        case 'accepted':
          return accept(submission, scriptCall, origin);
        case 'limited':
          return limit(submission) ?? accept(submission, scriptCall, origin);
        case 'cut':
          return null;
        default:
          return script.submit;
      }
    },
    poll(requestId) {
      const request = readRequestId(requestId, idKey);
      if (request === null) return unknownRequestResponse(requestId);
      const { pollFault, pollFaults } = scriptOf(request.script);
      if (pollFault !== null && (pollFaults === Number.POSITIVE_INFINITY || polls.count(requestId) <= pollFaults))
        return pollFault(requestId);
      const found = recordAt(request, now(), videoUrlOf(request.ratio));
      return found === null ? unknownRequestResponse(requestId) : jsonResponse(200, found);
    },
  };
}
