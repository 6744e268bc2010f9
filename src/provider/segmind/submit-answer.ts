import { type JobFailureCode, jobFailure } from '../../domain/failure.ts';
import type { SubmitEvent } from '../../domain/job.ts';
import { type Answer, type Headers, isRecord, isSuccess, type JsonObject, type Reply } from './answer.ts';
import { isKnownStatus, type JobNews, newsOf, type Reading, statusOf } from './job-record.ts';
import { wordsOf } from './provider-text.ts';
import { type Routes, readRequestId } from './routes.ts';

/** What reading the answer to a submit takes beside the answer; `retryAt` reads a 429. */
export type SubmitReading = Reading & {
  readonly routes: Routes;
  readonly retryAt: (headers: Headers) => number;
};

/** How a job that was accepted can be asked about. */
type Handle = { readonly requestId: string | null; readonly pollUrl: string };

const refusals = new Map<number, JobFailureCode>([
  [401, 'PROVIDER_UNAUTHORIZED'],
  [403, 'PROVIDER_FORBIDDEN'],
  [404, 'PROVIDER_WORKFLOW_NOT_FOUND'],
  [410, 'PROVIDER_WORKFLOW_NOT_FOUND'],
]);

/** What came of a submit: whether there is a job, and whether the request may be sent again. */
export function submitEventOf(reply: Reply, reading: SubmitReading): SubmitEvent {
  switch (reply.type) {
    case 'notSent':
    case 'withheld':
      return { type: reply.type };
    case 'unanswered':
      return { type: 'unconfirmed', httpStatus: null };
    case 'answered':
      return answerEventOf(reply.answer, reading);
  }
}

function answerEventOf(answer: Answer, reading: SubmitReading): SubmitEvent {
  const { status } = answer;
  if (status === 429) return { type: 'throttled', retryAt: reading.retryAt(answer.headers) };
  if (status >= 400 && status < 500) return refused(refusalOf(answer), status);
  if (status >= 300 && status < 400) return refused('PROVIDER_UNAVAILABLE', status);
  const unconfirmed: SubmitEvent = { type: 'unconfirmed', httpStatus: status };
  if (!isRecord(answer.json)) return unconfirmed;
  const accepted = acceptedOf(answer.json, status, reading);
  if (accepted !== null) return accepted;
  if (status !== 500 && status !== 503) return unconfirmed;
  return { type: 'serverError', failure: jobFailure('PROVIDER_UNAVAILABLE', status) };
}

function refused(code: JobFailureCode, status: number): SubmitEvent {
  return { type: 'refused', failure: jobFailure(code, status) };
}

function refusalOf(answer: Answer): JobFailureCode {
  if (answer.status === 406) return speaksOfMoney(answer.json) ? 'INSUFFICIENT_CREDITS' : 'PROVIDER_BAD_REQUEST';
  return refusals.get(answer.status) ?? 'PROVIDER_BAD_REQUEST';
}

/** A 406 is the lack of credits, a wrong content type or a rejected parameter. Where its words cannot be read it is the first, as the page says. */
function speaksOfMoney(json: unknown): boolean {
  const words = typeof json === 'string' ? json.trim() : isRecord(json) ? wordsOf(json) : '';
  return words === '' || /credit|balance|(?<!su)spend/i.test(words);
}

/** A job that the answer shows to exist, or to have come to its end; null where it shows neither. */
function acceptedOf(record: JsonObject, status: number, reading: SubmitReading): SubmitEvent | null {
  if (!isSuccess(status) && !isJobRecord(record)) return null;
  const handle = handleOf(record, reading);
  const news = newsOf(record, status, reading);
  if (handle !== null) return { type: 'accepted', ...handle, look: lookOf(news) };
  return isSuccess(status) && news !== null ? endWithoutHandle(news, record, reading) : null;
}

function handleOf(record: JsonObject, { routes, redact }: SubmitReading): Handle | null {
  const requestId = readRequestId(record['request_id'], redact);
  const named = record['poll_url'];
  const pollUrl = routes.pollUrlOf(typeof named === 'string' ? named : null, requestId);
  return pollUrl === null ? null : { requestId, pollUrl };
}

/**
 * Whether the body of a 5xx is a job's record and not an error with a trace id: it has a status from a job's own life. ERROR is none,
 * because error bodies call themselves so.
 */
function isJobRecord(record: JsonObject): boolean {
  const status = statusOf(record);
  return status !== null && status !== 'ERROR' && isKnownStatus(status);
}

/** Without an output SUCCESS may only mean that the submit went well, so nothing is given up before the job has been looked at. */
function lookOf(news: JobNews | null): JobNews {
  const isBadOutput = news?.type === 'failed' && news.failure.code === 'PROVIDER_BAD_OUTPUT';
  return news === null || isBadOutput ? { type: 'seen', status: null } : news;
}

/** An answer without an id can still tell the end: a video that was paid for is kept, and a failure is one. */
function endWithoutHandle(news: JobNews, record: JsonObject, { routes }: SubmitReading): SubmitEvent | null {
  if (statusOf(record) === 'ERROR') return null;
  switch (news.type) {
    case 'seen':
      return null;
    case 'completed':
      // Nobody will ask again, so the address is that of the workflow.
      return { type: 'accepted', requestId: null, pollUrl: routes.submit.href, look: news };
    case 'failed':
      return { type: 'refused', failure: news.failure };
  }
}
