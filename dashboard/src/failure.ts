import type { Failure } from './api/mutations.ts';
import { durationText } from './time.ts';

/** What a failure of a job comes to, and what to do about it. */
export type Advice = { readonly whose: 'yours' | 'ours' | 'nobodys'; readonly todo: string };

const ours = 'Nothing was charged. This is on our side: whoever runs the gateway can see it.';

/** By code, for failures that a job ended with or a submission was refused with. */
const advice: Partial<Readonly<Record<Failure['code'], Advice>>> = {
  INSUFFICIENT_CREDITS: {
    whose: 'ours',
    todo: 'This is on our side: our account at the provider has to be topped up first.',
  },
  PROVIDER_BAD_REQUEST: { whose: 'yours', todo: 'Nothing was charged. Change the prompt, the shape or the seed.' },
  PROVIDER_UNAUTHORIZED: { whose: 'ours', todo: ours },
  PROVIDER_FORBIDDEN: { whose: 'ours', todo: ours },
  PROVIDER_WORKFLOW_NOT_FOUND: { whose: 'ours', todo: ours },
  PROVIDER_UNAVAILABLE: { whose: 'nobodys', todo: 'Nothing was charged. Try again in a few minutes.' },
  PROVIDER_TIMEOUT: { whose: 'nobodys', todo: 'Nothing was charged. Try again.' },
  PROVIDER_BAD_OUTPUT: { whose: 'nobodys', todo: 'Nothing was charged. Try again.' },
  PROVIDER_JOB_LOST: { whose: 'nobodys', todo: 'Nothing was charged. Try again.' },
  GENERATION_FAILED: { whose: 'nobodys', todo: 'Nothing was charged. Try again, or change the prompt.' },
  CONTENT_REJECTED: { whose: 'yours', todo: 'Nothing was charged. Change the prompt.' },
  SUBMISSION_UNCONFIRMED: {
    whose: 'nobodys',
    todo: 'You may try again; that makes a new job.',
  },
  DEADLINE_EXCEEDED: {
    whose: 'nobodys',
    todo: 'If the video still comes, it will be shown here, free. You may try again.',
  },
};

/** What to do about a failure; by its code alone where that says enough. */
export function adviceOn(code: Failure['code']): Advice {
  return advice[code] ?? { whose: 'nobodys', todo: 'Nothing was charged.' };
}

type CreditsFailure = Extract<Failure, { readonly __typename: 'InsufficientCreditsError' }>;

/** What stands between a user and a video that they cannot pay for, and whether waiting helps. */
export function shortageText({ required, available, held }: CreditsFailure): string {
  if (required === null || available === null) return '';
  const holding = held === null || held === 0 ? '' : ` Running jobs hold ${held}.`;
  const helps = required <= available + (held ?? 0);
  return `This takes ${required} credits and you have ${available} available.${holding} ${
    helps ? 'Waiting helps: what a job holds comes back where it fails.' : 'Ask for more credits.'
  }`;
}

/** When asking again is worth it. */
export function laterText(retryAfterSeconds: number): string {
  return `Try again in ${durationText(retryAfterSeconds)}.`;
}
