import type { JsonObject } from './response.ts';

/** What a status word means for a job. */
type Meaning = 'queued' | 'processing' | 'completed' | 'failed' | 'timedOut' | 'rejected';

/** A record's status. `meaning` is null for a word that is not in the table; the job then counts as running. */
export type Status = { readonly word: string; readonly meaning: Meaning | null; readonly record: JsonObject };

/** The status words of the provider and of similar providers, by meaning. */
export const statusWords: Readonly<Record<Meaning, readonly string[]>> = {
  queued: ['QUEUED', 'PENDING'],
  processing: ['PROCESSING', 'IN_PROGRESS'],
  completed: ['COMPLETED', 'COMPLETE', 'SUCCEEDED', 'SUCCEED', 'SUCCESS', 'SUCCESSFUL', 'DONE', 'FINISHED', 'READY'],
  failed: [
    ...['FAILED', 'FAILURE', 'FAIL', 'ERROR', 'ERRORED', 'CANCELLED', 'CANCELED', 'ABORTED'],
    ...['EXPIRED', 'DEAD', 'DELETED'],
  ],
  timedOut: ['TIMEOUT', 'TIMED_OUT'],
  rejected: ['REJECTED', 'MODERATED', 'BLOCKED', 'FLAGGED', 'NSFW'],
};

/** Error bodies use these as their own status, so without a 2xx they mean nothing about a job. */
const errorWords = new Set(['ERROR', 'ERRORED', 'FAIL', 'FAILURE'].map(folded));

/** The members that may hold the word, the most specific first. */
export const statusMembers = ['task_status', 'status', 'state'];

const meanings = new Map<string, Meaning>();

for (const [meaning, list] of Object.entries(statusWords)) {
  // `Object.entries` widens the keys to string.
  for (const word of list) meanings.set(folded(word), meaning as Meaning);
}

/** The status of the innermost record with a known word, because wrappers describe the request; else the first word found. */
export function statusOf(records: readonly JsonObject[]): Status | null {
  const found = records.flatMap((record) => wordsOf(record).map((word) => statusIn(record, word)));
  const known = records
    .toReversed()
    .map((record) => found.filter((status) => status.record === record && status.meaning !== null));
  return strongestOf(known.find((ofRecord) => ofRecord.length > 0) ?? []) ?? found[0] ?? null;
}

/** The first status of a record. In `{"status":"success","state":"queued"}` the success is the request's, and the job still runs. */
function strongestOf(ofRecord: readonly Status[]): Status | undefined {
  const [first] = ofRecord;
  const running = ofRecord.find(({ meaning }) => meaning === 'queued' || meaning === 'processing');
  return first?.meaning === 'completed' ? (running ?? first) : first;
}

/** Whether one of the records reports that a job completed. */
export function reportsCompleted(records: readonly JsonObject[]): boolean {
  return records.some((record) => wordsOf(record).some((word) => meanings.get(folded(word)) === 'completed'));
}

/** Whether error bodies use the word as their own status, too. */
export function isErrorWord(word: string): boolean {
  return errorWords.has(folded(word));
}

/** Whether a word means that a job ended badly. */
export function isBadEnd(word: string): boolean {
  return ['failed', 'timedOut', 'rejected'].includes(meanings.get(folded(word)) ?? '');
}

function statusIn(record: JsonObject, word: string): Status {
  return { word, meaning: meanings.get(folded(word)) ?? null, record };
}

function wordsOf(record: JsonObject): readonly string[] {
  return statusMembers
    .map((member) => record[member])
    .filter((word): word is string => typeof word === 'string' && word.trim() !== '');
}

/** Removes separators and case: `Timed out`, `timed-out` and `TIMED_OUT` become the same word. */
function folded(word: string): string {
  return word
    .normalize('NFKC')
    .replace(/[\s_-]+/g, '')
    .toUpperCase();
}
