import type { Failure } from './api/mutations.ts';
import type { JobRow } from './api/operations.ts';
import { durationText } from './time.ts';

/** What helps after a failure: the same request again, another one, or somebody who runs the gateway. */
type Remedy = 'retry' | 'edit' | 'operator';

/** What to do about a failed job or a refused request. */
export type Advice = { readonly remedy: Remedy; readonly text: string };

const operatorAdvice: Advice = {
  remedy: 'operator',
  text: 'Nothing was charged. The problem is on our side, and only the people who run this gateway can fix it.',
};

/** Why a job failed. */
export type FailureCode = NonNullable<JobRow['failure']>['code'];

/** By code, which a newer gateway may know more of than this dashboard does. */
const adviceTable: Readonly<Record<string, Advice>> = {
  INSUFFICIENT_CREDITS: {
    remedy: 'operator',
    text: 'Nothing was charged. The problem is on our side: the gateway’s account at the provider needs a top-up.',
  },
  PROVIDER_BAD_REQUEST: {
    remedy: 'edit',
    text: 'Nothing was charged. Change the prompt, the shape or the seed, then run it again.',
  },
  CONTENT_REJECTED: { remedy: 'edit', text: 'Nothing was charged. Change the prompt, then run it again.' },
  PROVIDER_UNAUTHORIZED: operatorAdvice,
  PROVIDER_FORBIDDEN: operatorAdvice,
  PROVIDER_WORKFLOW_NOT_FOUND: operatorAdvice,
  PROVIDER_UNAVAILABLE: { remedy: 'retry', text: 'Nothing was charged. Try again in a few minutes.' },
  PROVIDER_TIMEOUT: { remedy: 'retry', text: 'Nothing was charged. Try again.' },
  PROVIDER_BAD_OUTPUT: { remedy: 'retry', text: 'Nothing was charged. Try again.' },
  PROVIDER_JOB_LOST: { remedy: 'retry', text: 'Nothing was charged. Try again.' },
  GENERATION_FAILED: { remedy: 'retry', text: 'Nothing was charged. Try again, or change the prompt.' },
  SUBMISSION_UNCONFIRMED: { remedy: 'retry', text: 'Nothing was charged. You can try again: that creates a new job.' },
  DEADLINE_EXCEEDED: {
    remedy: 'retry',
    text: 'If the video still arrives, it appears here, free of charge. You can also try again.',
  },
};

/** The codes with which a job can fail. */
export const failureCodes = Object.keys(adviceTable).map(
  // The table above has codes of the gateway only.
  (code) => code as FailureCode,
);

/** What to do about a failure. Without an entry of its own, `retryable` decides: whether the same request can succeed. */
export function adviceFor({ code, retryable }: Pick<Failure, 'retryable'> & { readonly code: string }): Advice {
  const known = adviceTable[code];
  if (known !== undefined) return known;
  return retryable
    ? { remedy: 'retry', text: 'Nothing was charged. Try again.' }
    : { remedy: 'edit', text: 'Nothing was charged. Change your input, then run it again.' };
}

type Shortage = Pick<
  Extract<Failure, { readonly __typename: 'InsufficientCreditsError' }>,
  'required' | 'available' | 'held'
>;

/** How many credits a video needs and how many are free. */
export function shortageText({ required, available, held }: Shortage): string {
  if (required === null || available === null) return '';
  const free = `This video needs ${required.toLocaleString()} credits and you have ${available.toLocaleString()} available.`;
  if (held === null || held === 0) return free;
  return `${free} Running jobs hold ${held.toLocaleString()}.`;
}

/** How many credits are missing before a video is requested, and how many running jobs hold. */
export function shortText(missing: number, held: number): string {
  const text = `You are ${missing.toLocaleString()} credits short.`;
  return held === 0 ? text : `${text} Running jobs hold ${held.toLocaleString()}.`;
}

/** Where the documentation explains failures. */
export const failureDocs = '/docs/errors#failure-codes';

/** When to ask again. */
export function laterText(retryAfterSeconds: number): string {
  return `Try again in ${durationText(retryAfterSeconds)}.`;
}
