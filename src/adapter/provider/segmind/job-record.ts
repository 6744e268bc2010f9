import { type JobFailure, type JobFailureCode, jobFailure } from '../../../domain/failure-code.ts';
import type { PollEvent, Video } from '../../../domain/job.ts';
import type { ProviderDetails } from '../../../ports.ts';
import { speaksOfModeration } from './moderation-word.ts';
import { type Output, readOutput } from './output.ts';
import { outputDepsOf } from './output-member.ts';
import { costIn, noDetails, seedIn } from './provider-details.ts';
import { presentable, reasonIn, withoutPrompt, wordsIn } from './provider-text.ts';
import type { Redact } from './redact.ts';
import { failureCodeOf } from './refusal-code.ts';
import { isSuccess, type JsonObject } from './response.ts';
import { type Status, saysCompleted, statusOf } from './status-word.ts';

/** What the provider's record of a job tells: an event, and what is kept or logged beside it. */
export type JobNews = {
  readonly event: Exclude<PollEvent, { type: 'missing' | 'fault' }>;
  readonly details: ProviderDetails;
  readonly status: Status;
};

/** What reading a record takes beside the record. */
export type Reading = {
  readonly now: number;
  /** How long the provider keeps a finished video, in milliseconds; null where it does not delete it. */
  readonly fileLifetimeMs: number | null;
  readonly redact: Redact;
  /** The provider's, for relative URLs. */
  readonly origin: string;
  /** The job's own, which is no word of the provider's; null where it is not known. */
  readonly prompt: string | null;
};

/** Only these show the provider's own words to the job's owner. */
const toldInItsWords = new Set<JobFailureCode>(['GENERATION_FAILED', 'CONTENT_REJECTED']);

const maxWordCharacters = 60;

/** What a record and those that it wraps tell; null where they have no status. `httpStatus` is that of the answer which brought them. */
export function newsOf(records: readonly JsonObject[], httpStatus: number, reading: Reading): JobNews | null {
  const status = statusOf(records);
  if (status === null) return null;
  const failure = (code: JobFailureCode, reason: string | null): JobNews => ({
    event: { type: 'failed', failure: failureOf(code, httpStatus, reason, reading.redact) },
    details: { ...noDetails, ...costAndSeed(records, undefined), ...refusalDetails(httpStatus, reason, reading) },
    status,
  });
  const seen = (seenStatus: 'QUEUED' | 'PROCESSING' | null): JobNews => ({
    event: { type: 'seen', status: seenStatus },
    details: noDetails,
    status,
  });
  const words = () => withoutPrompt(wordsIn(records), reading.prompt);
  switch (status.meaning) {
    case null:
      return { ...seen(null), details: besideUnknown(status, records, reading) };
    case 'queued':
    case 'processing': {
      // Where the record around it has ended and has a video, what runs is no more than a remainder.
      const done = saysCompleted(records) ? completedOf(records, status, reading, failure) : null;
      return done?.event.type === 'completed' ? done : seen(status.meaning === 'queued' ? 'QUEUED' : 'PROCESSING');
    }
    case 'completed':
      return completedOf(records, status, reading, failure);
    case 'failed':
      return failure(failureCodeOf(words()), reasonIn(records));
    case 'rejected':
      return failure('CONTENT_REJECTED', reasonIn(records));
    case 'timedOut':
      return failure('PROVIDER_TIMEOUT', reasonIn(records));
  }
}

/** A failure in the table's words, or in the provider's where its owner is told these; `reason` is as the provider wrote it. */
export function failureOf(code: JobFailureCode, httpStatus: number, reason: string | null, redact: Redact): JobFailure {
  const message = toldInItsWords.has(code) && reason !== null ? presentable(reason, redact) || undefined : undefined;
  // A success tells of the request, not of what became of the job.
  return jobFailure(code, isSuccess(httpStatus) ? null : httpStatus, message);
}

/** What the operator is told of a refusal or a failure: the provider's words, in which the prompt does not stand. */
export function refusalDetails(
  httpStatus: number,
  reason: string | null,
  { redact, prompt }: Reading,
): Pick<ProviderDetails, 'providerMessage' | 'providerHttpStatus'> {
  // Before it is cut: half a prompt would not be found.
  const message = reason === null ? null : presentable(withoutPrompt(reason, prompt), redact) || null;
  return { providerMessage: message, providerHttpStatus: httpStatus };
}

function completedOf(
  records: readonly JsonObject[],
  status: Status,
  reading: Reading,
  failure: (code: JobFailureCode, reason: string | null) => JobNews,
): JobNews {
  const output = outputOf(records, reading);
  if (output.video !== null) {
    const { videos } = output;
    return {
      event: { type: 'completed', video: kept(output.video, reading) },
      details: { ...noDetails, ...costAndSeed(records, output.seed), videos },
      status,
    };
  }
  // Words in the place of a video are the reason; so is an error beside it, but no message, which may be "ok".
  const errors = records.map(({ error, error_message }) => ({ error, error_message }));
  const reason = output.sentence ?? reasonIn(errors);
  if (reason === null) return failure('PROVIDER_BAD_OUTPUT', null);
  const words = withoutPrompt(`${reason}\n${wordsIn(errors)}`, reading.prompt);
  return failure(speaksOfModeration(words) ? 'CONTENT_REJECTED' : 'GENERATION_FAILED', reason);
}

/** What stands beside a status word that is none of the table: the word, and a video where there is one. */
function besideUnknown(status: Status, records: readonly JsonObject[], reading: Reading): ProviderDetails {
  const { video, seed, videos } = outputOf(records, reading);
  const word = [...presentable(status.word, reading.redact)].slice(0, maxWordCharacters).join('');
  if (video === null) return { ...noDetails, unknownWord: word };
  return { ...noDetails, ...costAndSeed(records, seed), unknownWord: word, videoBeside: kept(video, reading), videos };
}

/** The first parts of a record with a video; where none has one, what its `output` says instead. */
function outputOf(records: readonly JsonObject[], { now, origin, redact }: Reading): Output {
  const read = outputDepsOf(records).map((deps) => readOutput(deps, { now, origin, isSecret: redact.holdsKey }));
  const [output, others] = read;
  const none: Output = { video: null, videos: 0, sentence: null, seed: undefined };
  return (
    read.find(({ video }) => video !== null) ?? {
      ...none,
      ...output,
      sentence: output?.sentence ?? others?.sentence ?? null,
    }
  );
}

function kept(video: Video, { now, fileLifetimeMs }: Reading): Video {
  return { ...video, expiresAt: video.expiresAt ?? (fileLifetimeMs === null ? null : now + fileLifetimeMs) };
}

function costAndSeed(
  records: readonly JsonObject[],
  seed: unknown,
): Pick<ProviderDetails, 'seedUsed' | 'providerCost'> {
  return { seedUsed: seedIn(records, seed), providerCost: costIn(records) };
}
