import { createHash, randomBytes } from 'node:crypto';
import { readScriptCall, type ScriptCall } from '../../../domain/sandbox-prompt.ts';
import { createCounter } from './counter.ts';
import { randomLifeMsOf, recordAt } from './life.ts';
import { readRequestId, requestIdOf } from './request-id.ts';
import { errorResponse, type HttpResponse, jsonResponse, unknownRequestResponse } from './response.ts';
import { lifeMsOf, scriptOf } from './script.ts';
import type { Submission } from './submission.ts';
import { createSubmitHolds } from './submit-holds.ts';
import type { Ratio } from './video-files.ts';

/** What the workflow receives. */
export type WorkflowOptions = {
  /** Signs request ids. */
  readonly idKey: Uint8Array;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** How long the gateway waits for a job that was accepted. */
  readonly deadlineMs: number;
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

/** `@test/pending` without a time. */
const usualHoldMs = 30_000;

/** A late video comes after the last poll before the gateway gives up, and before the first poll for late videos a minute later. */
const lateByMs = 15_000;

const ordinary: ScriptCall = { name: 'ok', timeMs: null, text: null };

/** If more requests than this are counted at once, the oldest one starts its faults again. */
const maxCounted = 1000;

/** Creates a workflow. It only remembers faults: how many a request has had, and which submits wait. All else is in the request ids. */
export function createWorkflow({ idKey, now, deadlineMs, pollUrlOf, videoUrlOf }: WorkflowOptions): Workflow {
  const limits = createCounter(maxCounted);
  const holds = createSubmitHolds(maxCounted);
  const polls = createCounter(maxCounted);

  function drawnLifeMsOf(call: ScriptCall, chance: number): number {
    const isLate = scriptOf(call.name).lifeMs === 'late';
    if (isLate) return Math.min(call.timeMs ?? deadlineMs, deadlineMs) + lateByMs;
    return lifeMsOf(call) ?? randomLifeMsOf(chance);
  }

  function accept({ ratio }: Submission, scriptCall: ScriptCall, origin: string): HttpResponse {
    const nonce = randomBytes(8);
    const lifeMs = drawnLifeMsOf(scriptCall, nonce.readUInt32BE() / 2 ** 32);
    const { name: script, text } = scriptCall;
    const id = requestIdOf({ startedAt: now(), script, lifeMs, ratio, nonce: nonce.toString('hex'), text }, idKey);
    const message = 'Workflow request queued';
    return jsonResponse(200, { message, request_id: id, status: 'QUEUED', poll_url: pollUrlOf(id, origin) });
  }

  /** A submit does not identify its job, so submits with equal parameters count together. */
  function limit(submission: Submission): HttpResponse | null {
    const key = keyOf(submission);
    if (limits.count(key) > limitedSubmits) {
      limits.forget(key);
      return null;
    }
    return tooManyUntil(now() + limitedMs);
  }

  function hold(submission: Submission, holdMs: number): HttpResponse | null {
    const until = holds.until(keyOf(submission), holdMs, now());
    return until === null ? null : tooManyUntil(until);
  }

  return {
    submit(submission, origin) {
      const call = readScriptCall(submission.prompt);
      // The gateway refuses unknown scripts; another client's are ordinary prompts.
      const scriptCall = call === null || call === 'unknown' ? ordinary : call;
      const script = scriptOf(scriptCall.name);
      switch (script.submit) {
        case 'accepted':
          return accept(submission, scriptCall, origin);
        case 'limited':
          return limit(submission) ?? accept(submission, scriptCall, origin);
        case 'held':
          return hold(submission, scriptCall.timeMs ?? usualHoldMs) ?? accept(submission, scriptCall, origin);
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

function keyOf({ prompt, ratio, seed }: Submission): string {
  return createHash('sha256')
    .update(JSON.stringify([prompt, ratio, seed]))
    .digest('hex');
}

function tooManyUntil(at: number): HttpResponse {
  return errorResponse(429, 'Too many requests', { 'x-rate-limit-reset-at-utc': new Date(at).toISOString() });
}
