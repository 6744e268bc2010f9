import { jobFailure } from '../../../domain/failure-code.ts';
import type { SubmitEvent } from '../../../domain/job.ts';
import type { ProviderDetails, SubmitResult } from '../../../ports.ts';
import { pollAddressIn } from './address-member.ts';
import { reportsError } from './error-member.ts';
import { requestIdIn } from './id-member.ts';
import {
  failureOf,
  type JobUpdate,
  type ReadingContext,
  refusalDetails,
  updateOf,
  videoWithoutWord,
} from './job-record.ts';
import { withoutPrompt } from './prompt-echo.ts';
import { noDetails, someDetails } from './provider-details.ts';
import { reasonIn, wordsIn } from './provider-text.ts';
import { failureCodeOf, isSpentQuota, refusalCodeOf } from './refusal-code.ts';
import { type Headers, type HttpOutcome, type HttpResponse, isSuccess, type JsonObject } from './response.ts';
import type { Routes } from './routes.ts';
import { isErrorWord, statusOf } from './status-word.ts';
import { recordsOf } from './wrapper.ts';

/** What reading the response to a submit needs beside the response; `retryAt` reads a 429. */
export type SubmitContext = ReadingContext & {
  readonly routes: Routes;
  readonly retryAt: (headers: Headers) => number;
};

/** A response with its records, outermost first, and the words in them. */
type ParsedResponse = {
  readonly response: HttpResponse;
  readonly records: readonly JsonObject[];
  readonly words: string;
  readonly reason: string | null;
};

/** How an accepted job can be polled. */
type Handle = { readonly requestId: string | null; readonly pollUrl: string };

/** The result of a submit: whether the provider has the job, and whether the request may be sent again. */
export function submitResultOf(outcome: HttpOutcome, context: SubmitContext): SubmitResult {
  switch (outcome.type) {
    case 'notSent':
    case 'withheld':
      return { type: outcome.type };
    case 'unanswered':
      return { type: 'unconfirmed', httpStatus: null };
    case 'answered':
      return resultOf(parseResponse(outcome.response, context), context);
  }
}

/** The words of a refusal, without the job's own prompt; empty if they cannot be read. */
export function refusalWordsOf({ json, text }: HttpResponse, prompt: string | null): string {
  const words = typeof json === 'string' ? json : (text ?? wordsIn(recordsOf(json)));
  return withoutPrompt(words, prompt);
}

function parseResponse(response: HttpResponse, { prompt }: SubmitContext): ParsedResponse {
  const records = recordsOf(response.json);
  const sentence = typeof response.json === 'string' ? response.json : (response.text ?? '');
  const reason = reasonIn(records) ?? (sentence.trim() === '' ? null : sentence);
  return { response, records, words: refusalWordsOf(response, prompt), reason };
}

function resultOf(parsed: ParsedResponse, context: SubmitContext): SubmitResult {
  const { status, headers } = parsed.response;
  if (status === 429) {
    if (isSpentQuota(status, parsed.words)) return refused(parsed, context, { code: 'INSUFFICIENT_CREDITS' });
    return { type: 'throttled', retryAt: context.retryAt(headers) };
  }
  if (status >= 400 && status < 500) return refused(parsed, context, { code: refusalCodeOf(status, parsed.words) });
  if (status >= 300 && status < 400) return refused(parsed, context, { code: 'PROVIDER_UNAVAILABLE' });
  const accepted = acceptedOf(parsed, context);
  if (accepted !== null) return accepted;
  if (isSuccess(status) && reportsError(parsed.records))
    return refused(parsed, context, { code: failureCodeOf(status, parsed.words) });
  const details = detailsOf(parsed, context);
  // A record of a job that runs or is finished, even without an id, is no permission to send again.
  const isRunning = isJobRecord(parsed.records) && statusOf(parsed.records)?.meaning !== 'failed';
  const hasJob = isRunning || videoWithoutWord(parsed.records, context) !== null;
  if ((status === 500 || status === 503) && parsed.records.length > 0 && !hasJob) {
    return { type: 'serverError', failure: jobFailure('PROVIDER_UNAVAILABLE', status), ...details };
  }
  // Without a reason there is nothing to store: the event has the status.
  return { type: 'unconfirmed', httpStatus: status, ...(parsed.reason === null ? {} : details) };
}

function refused(
  parsed: ParsedResponse,
  context: SubmitContext,
  { code }: Pick<ReturnType<typeof jobFailure>, 'code'>,
): SubmitResult {
  const failure = failureOf(code, parsed.response.status, parsed.reason, context.redact);
  return { type: 'refused', failure, ...detailsOf(parsed, context) };
}

function detailsOf(
  { response, reason }: ParsedResponse,
  context: SubmitContext,
): { readonly details?: ProviderDetails } {
  return someDetails({ ...noDetails, ...refusalDetails(response.status, reason, context) });
}

/** The result if the response proves that the job exists or has ended; null if it proves neither. */
function acceptedOf({ response, records }: ParsedResponse, context: SubmitContext): SubmitResult | null {
  const { status, headers } = response;
  const hasAddress = context.routes.pollUrlOf(pollAddressIn(records, headers), null) !== null;
  if (!isSuccess(status) && !isJobRecord(records) && !hasAddress) return null;
  const handle = handleOf(records, headers, context);
  const update = updateOf(records, status, context);
  if (handle !== null) {
    const details = update === null ? {} : someDetails(update.details);
    return { type: 'accepted', ...handle, poll: pollOf(update), ...details };
  }
  if (update === null || update.event.type === 'seen')
    return isSuccess(status) ? endWithoutWord(records, context) : null;
  return isSuccess(status) || update.event.type === 'completed' ? endWithoutHandle(update, context) : null;
}

function handleOf(records: readonly JsonObject[], headers: Headers, { routes, redact }: SubmitContext): Handle | null {
  // A wrapper may have an id of the API request, so the record with the job's status comes first.
  const statusRecord = statusOf(records)?.record;
  const ordered =
    statusRecord === undefined ? records : [statusRecord, ...records.filter((record) => record !== statusRecord)];
  const requestId = requestIdIn(ordered, redact);
  const pollUrl = routes.pollUrlOf(pollAddressIn(ordered, headers), requestId);
  return pollUrl === null ? null : { requestId, pollUrl };
}

/**
 * Whether the body of a 5xx is a job's record, and not an error with a trace id: it has a known status word. ERROR does not count,
 * because error bodies use it as their own status.
 */
function isJobRecord(records: readonly JsonObject[]): boolean {
  const status = statusOf(records);
  return status !== null && status.meaning !== null && !isErrorWord(status.word);
}

/** SUCCESS without a video may only mean that the submit succeeded, so the job is polled before it counts as failed. */
function pollOf(update: JobUpdate | null): JobUpdate['event'] {
  const isOnlySubmitted = update?.status.meaning === 'completed' && update.event.type === 'failed';
  return update === null || isOnlySubmitted ? { type: 'seen', status: null } : update.event;
}

/** A response without an id may still report the end: a paid video is kept, and a failure is final. */
function endWithoutHandle({ event, details, status }: JobUpdate, { routes }: SubmitContext): SubmitResult | null {
  switch (event.type) {
    case 'seen':
      return null;
    case 'completed':
      return { ...neverPolled(routes), poll: event, ...someDetails(details) };
    case 'failed': {
      const refusal: SubmitEvent = { type: 'refused', failure: event.failure };
      return status.meaning === 'completed' ? null : { ...refusal, ...someDetails(details) };
    }
  }
}

/** A video alone, without an id and without a known status word, is a paid result, too. */
function endWithoutWord(records: readonly JsonObject[], context: SubmitContext): SubmitResult | null {
  const found = reportsError(records) ? null : videoWithoutWord(records, context);
  if (found === null) return null;
  const poll = { type: 'completed', video: found.video } as const;
  return { ...neverPolled(context.routes), poll, ...someDetails(found.details) };
}

/** The acceptance of a job that has ended: it is never polled, so the workflow's address stands in. */
function neverPolled({ submit }: Routes): { type: 'accepted'; requestId: null; pollUrl: string } {
  return { type: 'accepted', requestId: null, pollUrl: submit.href };
}
