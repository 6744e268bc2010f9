import type { JsonObject } from './response.ts';

/** What a status word says of a job. */
type Meaning = 'queued' | 'processing' | 'completed' | 'failed' | 'timedOut' | 'rejected';

/** A record's status. `meaning` is null where the word is none of the table, which stands for a job that is running. */
export type Status = { readonly word: string; readonly meaning: Meaning | null; readonly record: JsonObject };

/** The provider's words and those that its clients and its peers have met, by what they say. */
const words: Readonly<Record<Meaning, readonly string[]>> = {
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

/** How error bodies call themselves, so that these say nothing of a job where the HTTP status is no success. */
const errorWords = new Set(['ERROR', 'ERRORED', 'FAIL', 'FAILURE'].map(folded));

/** Where the word stands, the most telling first. */
const members = ['task_status', 'status', 'state'];

const meanings = new Map<string, Meaning>();

for (const [meaning, list] of Object.entries(words)) {
  // The keys of the table are its type's.
  for (const word of list) meanings.set(folded(word), meaning as Meaning);
}

/** The status of the innermost record with a word of the table, since wrappers speak of the request; else the first word there is. */
export function statusOf(records: readonly JsonObject[]): Status | null {
  const found = records.flatMap((record) => wordsOf(record).map((word) => statusIn(record, word)));
  const known = records
    .toReversed()
    .flatMap((record) => found.filter((status) => status.record === record && status.meaning !== null));
  return known[0] ?? found[0] ?? null;
}

/** Whether one of the records says that a job ended well. */
export function saysCompleted(records: readonly JsonObject[]): boolean {
  return records.some((record) => wordsOf(record).some((word) => meanings.get(folded(word)) === 'completed'));
}

/** Whether a word is what bodies of errors call themselves, too. */
export function isErrorWord(word: string): boolean {
  return errorWords.has(folded(word));
}

function statusIn(record: JsonObject, word: string): Status {
  return { word, meaning: meanings.get(folded(word)) ?? null, record };
}

function wordsOf(record: JsonObject): readonly string[] {
  return members
    .map((member) => record[member])
    .filter((word): word is string => typeof word === 'string' && word.trim() !== '');
}

/** Without what words are written apart by: `Timed out`, `timed-out` and `TIMED_OUT` are one. */
function folded(word: string): string {
  return word
    .normalize('NFKC')
    .replace(/[\s_-]+/g, '')
    .toUpperCase();
}
