import { type JobFailure, type JobFailureCode, jobFailure } from '../../../domain/failure-code.ts';
import type { PollEvent, Video } from '../../../domain/job.ts';
import type { ProviderDetails } from '../../../ports.ts';
import { mentionsModeration } from './moderation-word.ts';
import { type Output, readOutput } from './output.ts';
import { outputPartsOf } from './output-member.ts';
import { bareRank, lastRank } from './output-rank.ts';
import { withoutPrompt } from './prompt-echo.ts';
import { costIn, noDetails, seedIn } from './provider-details.ts';
import { presentable, reasonIn, wordsIn } from './provider-text.ts';
import type { Redact } from './redact.ts';
import { failureCodeOf } from './refusal-code.ts';
import { isSuccess, type JsonObject } from './response.ts';
import { reportsCompleted, type Status, statusOf } from './status-word.ts';

/** What the provider's record of a job reports: an event, and details to store or log. */
export type JobUpdate = {
  readonly event: Exclude<PollEvent, { type: 'missing' | 'fault' }>;
  readonly details: ProviderDetails;
  readonly status: Status;
};

/** What reading a record needs beside the record. */
export type ReadingContext = {
  readonly now: number;
  /** How long the provider keeps a finished video, in milliseconds; null if it never deletes it. */
  readonly fileLifetimeMs: number | null;
  readonly redact: Redact;
  /** The provider's origin, against which relative URLs resolve. */
  readonly origin: string;
  /** The job's prompt, which is removed where the provider repeats it; null if unknown. */
  readonly prompt: string | null;
};

/** With these codes the job's owner sees the provider's own message. */
const codesWithProviderMessage = new Set<JobFailureCode>(['GENERATION_FAILED', 'CONTENT_REJECTED']);

const maxWordCharacters = 60;

/** What a record and those that it wraps report; null if none has a status. `httpStatus` is that of their HTTP response. */
export function updateOf(
  records: readonly JsonObject[],
  httpStatus: number,
  context: ReadingContext,
): JobUpdate | null {
  const status = statusOf(records);
  if (status === null) return null;
  const failure = (code: JobFailureCode, reason: string | null): JobUpdate => ({
    event: { type: 'failed', failure: failureOf(code, httpStatus, reason, context.redact) },
    details: { ...noDetails, ...costAndSeed(records, undefined), ...refusalDetails(httpStatus, reason, context) },
    status,
  });
  const seen = (seenStatus: 'QUEUED' | 'PROCESSING' | null): JobUpdate => ({
    event: { type: 'seen', status: seenStatus },
    details: noDetails,
    status,
  });
  const words = () => withoutPrompt(wordsIn(records), context.prompt);
  switch (status.meaning) {
    case null:
      return { ...seen(null), details: besideUnknown(status, records, context) };
    case 'queued':
    case 'processing': {
      // If the outer record is completed and has a video, the inner status is stale.
      const done = reportsCompleted(records) ? completedOf(records, status, context, failure) : null;
      return done?.event.type === 'completed' ? done : seen(status.meaning === 'queued' ? 'QUEUED' : 'PROCESSING');
    }
    case 'completed':
      return completedOf(records, status, context, failure);
    case 'failed':
      return failure(failureCodeOf(httpStatus, words()), reasonIn(records));
    case 'rejected':
      return failure('CONTENT_REJECTED', reasonIn(records));
    case 'timedOut':
      return failure('PROVIDER_TIMEOUT', reasonIn(records));
  }
}

/** A failure with the table's message, or with the provider's where the owner may see it; `reason` is the provider's raw text. */
export function failureOf(code: JobFailureCode, httpStatus: number, reason: string | null, redact: Redact): JobFailure {
  const message =
    codesWithProviderMessage.has(code) && reason !== null ? presentable(reason, redact) || undefined : undefined;
  // A 2xx describes the request, not how the job ended.
  return jobFailure(code, isSuccess(httpStatus) ? null : httpStatus, message);
}

/** What the operator sees of a refusal or a failure: the provider's message without the prompt. */
export function refusalDetails(
  httpStatus: number,
  reason: string | null,
  { redact, prompt }: ReadingContext,
): Pick<ProviderDetails, 'providerMessage' | 'providerHttpStatus'> {
  // The prompt is removed before the text is truncated: half a prompt would not be found.
  const message = reason === null ? null : presentable(withoutPrompt(reason, prompt), redact) || null;
  return { providerMessage: message, providerHttpStatus: httpStatus };
}

function completedOf(
  records: readonly JsonObject[],
  status: Status,
  context: ReadingContext,
  failure: (code: JobFailureCode, reason: string | null) => JobUpdate,
): JobUpdate {
  const output = outputOf(records, context);
  if (output.video !== null) {
    const { videos } = output;
    return {
      event: { type: 'completed', video: kept(output.video, context) },
      details: { ...noDetails, ...costAndSeed(records, output.seed), videos },
      status,
    };
  }
  // A sentence in the place of a video is the reason; so is an error beside it. A message is not: it may be "ok".
  const errors = records.map(({ error, error_message }) => ({ error, error_message }));
  const reason = output.sentence ?? reasonIn(errors);
  if (reason === null) return failure('PROVIDER_BAD_OUTPUT', null);
  const words = withoutPrompt(`${reason}\n${wordsIn(errors)}`, context.prompt);
  return failure(mentionsModeration(words) ? 'CONTENT_REJECTED' : 'GENERATION_FAILED', reason);
}

/** The details of a record with an unknown status word: the word, and a video if the record has one. */
function besideUnknown(status: Status, records: readonly JsonObject[], context: ReadingContext): ProviderDetails {
  const { video, seed, videos } = outputOf(records, context);
  const word = [...presentable(status.word, context.redact)].slice(0, maxWordCharacters).join('');
  if (video === null) return { ...noDetails, unknownWord: word };
  return { ...noDetails, ...costAndSeed(records, seed), unknownWord: word, videoBeside: kept(video, context), videos };
}

/**
 * The video of a response without a known status word, and its details; null if it has none. Without a word, a URL needs a hint of its
 * own, or a place in the provider's `output`: elsewhere a bare URL may as well be a page.
 */
export function videoWithoutWord(
  records: readonly JsonObject[],
  context: ReadingContext,
): { readonly video: Video; readonly details: ProviderDetails } | null {
  if ((statusOf(records)?.meaning ?? null) !== null) return null;
  const [inOutput, elsewhere] = outputsOf(records, context);
  const found = [inOutput, elsewhere].find((output) => (output?.rank ?? lastRank) < bareRank) ?? inOutput;
  if (found === undefined || found.video === null || found.rank === lastRank) return null;
  const { video, videos, seed } = found;
  return { video: kept(video, context), details: { ...noDetails, ...costAndSeed(records, seed), videos } };
}

/** The output with the first video; if there is no video, the sentence that the record has instead. */
function outputOf(records: readonly JsonObject[], context: ReadingContext): Output {
  const read = outputsOf(records, context);
  const [output, others] = read;
  const none: Output = { video: null, videos: 0, rank: null, sentence: null, seed: undefined };
  return (
    read.find(({ rank }) => rank !== null && rank !== lastRank) ??
    read.find(({ rank }) => rank !== null) ?? {
      ...none,
      ...output,
      sentence: output?.sentence ?? others?.sentence ?? null,
    }
  );
}

/** What the provider's own `output` holds, then what the other members hold that may have a video. */
function outputsOf(records: readonly JsonObject[], { now, origin, redact }: ReadingContext): readonly Output[] {
  return outputPartsOf(records).map((parts) => readOutput(parts, { now, origin, isSecret: redact.holdsKey }));
}

function kept(video: Video, { now, fileLifetimeMs }: ReadingContext): Video {
  return { ...video, expiresAt: video.expiresAt ?? (fileLifetimeMs === null ? null : now + fileLifetimeMs) };
}

function costAndSeed(
  records: readonly JsonObject[],
  seed: unknown,
): Pick<ProviderDetails, 'seedUsed' | 'providerCost'> {
  return { seedUsed: seedIn(records, seed), providerCost: costIn(records) };
}
