import { type JobFailure, jobFailure } from '../../domain/failure.ts';
import type { LookEvent } from '../../domain/job.ts';
import { isSuccess, type JsonObject } from './answer.ts';
import { readOutput } from './output.ts';
import { failureTextOf } from './provider-text.ts';
import type { Redact } from './redact.ts';

/** What the provider's record of a job tells. */
export type JobNews = Exclude<LookEvent, { type: 'missing' | 'fault' }>;

/** What reading a record takes beside the record. */
export type Reading = {
  readonly now: number;
  /** How long the provider keeps a finished video, in milliseconds; null where it does not delete it. */
  readonly fileLifetimeMs: number | null;
  readonly redact: Redact;
};

type Meaning = 'queued' | 'processing' | 'completed' | 'failed' | 'timedOut';

/** The provider's words, its clients' finds included. Every other word means that the job is still running. */
const meanings = new Map<string, Meaning>([
  ['QUEUED', 'queued'],
  ['PENDING', 'queued'],
  ['PROCESSING', 'processing'],
  ['IN_PROGRESS', 'processing'],
  ['COMPLETED', 'completed'],
  ['SUCCEEDED', 'completed'],
  ['SUCCESS', 'completed'],
  ['FAILED', 'failed'],
  ['ERROR', 'failed'],
  ['CANCELLED', 'failed'],
  ['CANCELED', 'failed'],
  ['TIMEOUT', 'timedOut'],
]);

/** A record's status, trimmed and in capitals; null where it has none. */
export function statusOf(record: JsonObject): string | null {
  const status = record['status'];
  return typeof status === 'string' ? status.trim().toUpperCase() || null : null;
}

/** Whether the provider's word is one that its records are known to carry. */
export function isKnownStatus(status: string): boolean {
  return meanings.has(status);
}

/** What a record tells; null where it has no status. `httpStatus` is that of the answer which brought it. */
export function newsOf(record: JsonObject, httpStatus: number, reading: Reading): JobNews | null {
  const status = statusOf(record);
  if (status === null) return null;
  // A success tells of the request, not of what became of the job.
  const failureStatus = isSuccess(httpStatus) ? null : httpStatus;
  const meaning = meanings.get(status) ?? 'unknown';
  switch (meaning) {
    case 'unknown':
      return { type: 'seen', status: null };
    case 'queued':
      return { type: 'seen', status: 'QUEUED' };
    case 'processing':
      return { type: 'seen', status: 'PROCESSING' };
    case 'completed':
      return completedOf(record, failureStatus, reading);
    case 'failed':
      return failed(jobFailure('GENERATION_FAILED', failureStatus, failureTextOf(record, reading.redact) ?? undefined));
    case 'timedOut':
      return failed(jobFailure('PROVIDER_TIMEOUT', failureStatus));
  }
}

function completedOf(record: JsonObject, failureStatus: number | null, reading: Reading): JobNews {
  const output = readOutput(record['output']);
  // A link with the key in it must not reach a browser, and without it would lead nowhere.
  const isUsable = output !== null && !reading.redact.holdsKey(output.url);
  if (!isUsable) return failed(jobFailure('PROVIDER_BAD_OUTPUT', failureStatus));
  const expiresAt = reading.fileLifetimeMs === null ? null : reading.now + reading.fileLifetimeMs;
  return { type: 'completed', video: { ...output, expiresAt } };
}

function failed(failure: JobFailure): JobNews {
  return { type: 'failed', failure };
}
