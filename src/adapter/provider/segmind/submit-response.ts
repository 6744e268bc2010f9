import { jobFailure } from '../../../domain/failure-code.ts';
import type { SubmitEvent } from '../../../domain/job.ts';
import type { ProviderDetails, SubmitResult } from '../../../ports.ts';
import { pollAddressIn } from './address-member.ts';
import { saysError } from './error-member.ts';
import { requestIdIn } from './id-member.ts';
import { failureOf, type JobNews, newsOf, type Reading, refusalDetails } from './job-record.ts';
import { noDetails, someDetails } from './provider-details.ts';
import { reasonIn, withoutPrompt, wordsIn } from './provider-text.ts';
import { failureCodeOf, isSpentQuota, refusalCodeOf } from './refusal-code.ts';
import { type Headers, type HttpResponse, isSuccess, type JsonObject, type Reply } from './response.ts';
import type { Routes } from './routes.ts';
import { isErrorWord, statusOf } from './status-word.ts';
import { recordsOf } from './wrapper.ts';

/** What reading the answer to a submit takes beside the answer; `retryAt` reads a 429. */
export type SubmitReading = Reading & {
  readonly routes: Routes;
  readonly retryAt: (headers: Headers) => number;
};

/** An answer with its records, that which has the status first, and the words in them. */
type Told = {
  readonly answer: HttpResponse;
  readonly records: readonly JsonObject[];
  readonly words: string;
  readonly reason: string | null;
};

/** How a job that was accepted can be asked about. */
type Handle = { readonly requestId: string | null; readonly pollUrl: string };

/** What came of a submit: whether there is a job, and whether the request may be sent again. */
export function submitResultOf(reply: Reply, reading: SubmitReading): SubmitResult {
  switch (reply.type) {
    case 'notSent':
    case 'withheld':
      return { type: reply.type };
    case 'unanswered':
      return { type: 'unconfirmed', httpStatus: null };
    case 'answered':
      return resultOf(toldIn(reply.answer, reading), reading);
  }
}

/** The words of an answer's refusal, without the job's own prompt; empty where they cannot be read. */
export function refusalWordsOf({ json, text }: HttpResponse, prompt: string | null): string {
  const words = typeof json === 'string' ? json : (text ?? wordsIn(recordsOf(json)));
  return withoutPrompt(words, prompt);
}

function toldIn(answer: HttpResponse, { prompt }: SubmitReading): Told {
  const records = recordsOf(answer.json);
  const sentence = typeof answer.json === 'string' ? answer.json : (answer.text ?? '');
  const reason = reasonIn(records) ?? (sentence.trim() === '' ? null : sentence);
  return { answer, records, words: refusalWordsOf(answer, prompt), reason };
}

function resultOf(told: Told, reading: SubmitReading): SubmitResult {
  const { status, headers } = told.answer;
  if (status === 429) {
    if (isSpentQuota(status, told.words)) return refused(told, reading, { code: 'INSUFFICIENT_CREDITS' });
    return { type: 'throttled', retryAt: reading.retryAt(headers) };
  }
  if (status >= 400 && status < 500) return refused(told, reading, { code: refusalCodeOf(status, told.words) });
  if (status >= 300 && status < 400) return refused(told, reading, { code: 'PROVIDER_UNAVAILABLE' });
  const accepted = acceptedOf(told, reading);
  if (accepted !== null) return accepted;
  if (isSuccess(status) && saysError(told.records)) return refused(told, reading, { code: failureCodeOf(told.words) });
  const details = detailsOf(told, reading);
  if ((status === 500 || status === 503) && told.records.length > 0) {
    return { type: 'serverError', failure: jobFailure('PROVIDER_UNAVAILABLE', status), ...details };
  }
  // Without words there is nothing to be kept: the event has the status.
  return { type: 'unconfirmed', httpStatus: status, ...(told.reason === null ? {} : details) };
}

function refused(
  told: Told,
  reading: SubmitReading,
  { code }: Pick<ReturnType<typeof jobFailure>, 'code'>,
): SubmitResult {
  const failure = failureOf(code, told.answer.status, told.reason, reading.redact);
  return { type: 'refused', failure, ...detailsOf(told, reading) };
}

function detailsOf({ answer, reason }: Told, reading: SubmitReading): { readonly details?: ProviderDetails } {
  return someDetails({ ...noDetails, ...refusalDetails(answer.status, reason, reading) });
}

/** A job that the answer shows to exist, or to have come to its end; null where it shows neither. */
function acceptedOf({ answer, records }: Told, reading: SubmitReading): SubmitResult | null {
  const { status, headers } = answer;
  if (!isSuccess(status) && !isJobRecord(records)) return null;
  const handle = handleOf(records, headers, reading);
  const news = newsOf(records, status, reading);
  if (handle !== null) {
    const details = news === null ? {} : someDetails(news.details);
    return { type: 'accepted', ...handle, poll: pollOf(news), ...details };
  }
  return isSuccess(status) && news !== null ? endWithoutHandle(news, reading) : null;
}

function handleOf(records: readonly JsonObject[], headers: Headers, { routes, redact }: SubmitReading): Handle | null {
  // A wrapper may have an id of its own: that of the request to the provider's API, not of the job.
  const statusRecord = statusOf(records)?.record;
  const ordered =
    statusRecord === undefined ? records : [statusRecord, ...records.filter((record) => record !== statusRecord)];
  const requestId = requestIdIn(ordered, redact);
  const pollUrl = routes.pollUrlOf(pollAddressIn(ordered, headers), requestId);
  return pollUrl === null ? null : { requestId, pollUrl };
}

/**
 * Whether the body of a 5xx is a job's record and not an error with a trace id: it has a status from a job's own life. ERROR is none,
 * because error bodies call themselves so.
 */
function isJobRecord(records: readonly JsonObject[]): boolean {
  const status = statusOf(records);
  return status !== null && status.meaning !== null && !isErrorWord(status.word);
}

/** Without a video SUCCESS may only mean that the submit went well, so nothing is given up before the job has been polled. */
function pollOf(news: JobNews | null): JobNews['event'] {
  const isOnlySubmitted = news?.status.meaning === 'completed' && news.event.type === 'failed';
  return news === null || isOnlySubmitted ? { type: 'seen', status: null } : news.event;
}

/** An answer without an id can still tell the end: a video that was paid for is kept, and a failure is one. */
function endWithoutHandle({ event, details, status }: JobNews, { routes }: SubmitReading): SubmitResult | null {
  switch (event.type) {
    case 'seen':
      return null;
    case 'completed':
      // Nobody will ask again, so the address is that of the workflow.
      return { type: 'accepted', requestId: null, pollUrl: routes.submit.href, poll: event, ...someDetails(details) };
    case 'failed': {
      const refusal: SubmitEvent = { type: 'refused', failure: event.failure };
      return status.meaning === 'completed' ? null : { ...refusal, ...someDetails(details) };
    }
  }
}
