import { allScopes } from '../../../domain/access.ts';
import {
  type AspectRatio,
  type Environment,
  endStates,
  type JobState,
  type JobStatus,
  statusOf,
} from '../../../domain/job.ts';
import type { LedgerEntryKind } from '../../../domain/ledger.ts';

/** Every environment, for what SQL has to spell out. */
export const environments = wordsOf<Environment>({ LIVE: true, TEST: true });

/** Every shape of video. */
export const aspectRatios = wordsOf<AspectRatio>({
  LANDSCAPE_16_9: true,
  PORTRAIT_9_16: true,
  SQUARE_1_1: true,
  LANDSCAPE_4_3: true,
  PORTRAIT_3_4: true,
});

/** Every kind of movement of a balance. */
export const ledgerEntryKinds = wordsOf<LedgerEntryKind>({ GRANT: true, CAPTURE: true });

/** Every state of a job, in the order of a job's life. */
export const jobStates = wordsOf<JobState>({
  PENDING: true,
  SUBMITTING: true,
  QUEUED: true,
  PROCESSING: true,
  COMPLETED: true,
  FAILED: true,
  CANCELED: true,
});

/** The states of jobs that run: their price is held. */
export const runningStates = jobStates.filter((state) => !endStates.has(state));

/** Every state as clients see it. */
export const jobStatuses = [...new Set(jobStates.map(statusOf))];

/** Every set of scopes that a key may have, each as its scopes in order with a space between. */
export const scopeSets = subsetsOf(allScopes)
  .filter((set) => set.length > 0)
  .map((set) => set.join(' '));

/** The states that stand behind what clients see. */
export function statesOf(statuses: readonly JobStatus[]): readonly JobState[] {
  return jobStates.filter((state) => statuses.includes(statusOf(state)));
}

/** The keys of a record that the compiler has checked to be complete. */
function wordsOf<Word extends string>(all: Record<Word, unknown>): readonly Word[] {
  const words: readonly string[] = Object.keys(all);
  // A record over all words has no other keys, which the type of Object.keys cannot say.
  return words as readonly Word[];
}

/** Every set of some words, the empty one first. */
function subsetsOf(words: readonly string[]): readonly (readonly string[])[] {
  const last = words.at(-1);
  if (last === undefined) return [[]];
  const without = subsetsOf(words.slice(0, -1));
  return [...without, ...without.map((set) => [...set, last])];
}
