import type { JobFailureCode } from '../../../domain/failure-code.ts';
import { speaksOfEmptyAccount, speaksOfSpentQuota } from './empty-account-word.ts';
import { speaksOfModeration } from './moderation-word.ts';

/** What a refusal means; `words` is all that it says, empty where that cannot be read. */
type Reading = { readonly code: JobFailureCode; readonly isMet: (words: string) => boolean };

const always = (): boolean => true;

const moderated: Reading = { code: 'CONTENT_REJECTED', isMet: speaksOfModeration };

const emptyAccount: Reading = { code: 'INSUFFICIENT_CREDITS', isMet: speaksOfEmptyAccount };

const otherwise = (code: JobFailureCode): Reading => ({ code, isMet: always });

/** A 406 also stands for a wrong content type and for a parameter that is named. */
const namesParameter: Reading = {
  code: 'PROVIDER_BAD_REQUEST',
  isMet: (words) => /content[\s_-]*type|text_prompt|aspect_ratio|\bseed\b|\bparameters?\b/i.test(words),
};

/** For every HTTP status of a refusal the readings in the order in which they are tried; the last is always met. */
const readings = new Map<number, readonly Reading[]>([
  [400, [moderated, emptyAccount, otherwise('PROVIDER_BAD_REQUEST')]],
  [401, [otherwise('PROVIDER_UNAUTHORIZED')]],
  [402, [otherwise('INSUFFICIENT_CREDITS')]],
  [403, [moderated, emptyAccount, otherwise('PROVIDER_FORBIDDEN')]],
  [404, [otherwise('PROVIDER_WORKFLOW_NOT_FOUND')]],
  // Where the words of a 406 cannot be read it is the lack of credits, as the provider's page says.
  [
    406,
    [
      moderated,
      namesParameter,
      emptyAccount,
      { code: 'INSUFFICIENT_CREDITS', isMet: (words) => words.trim() === '' },
      otherwise('PROVIDER_BAD_REQUEST'),
    ],
  ],
  [410, [otherwise('PROVIDER_WORKFLOW_NOT_FOUND')]],
  [422, [moderated, emptyAccount, otherwise('PROVIDER_BAD_REQUEST')]],
]);

const anyOther: readonly Reading[] = [moderated, otherwise('PROVIDER_BAD_REQUEST')];

const failures: readonly Reading[] = [moderated, emptyAccount, otherwise('GENERATION_FAILED')];

/** What a 4xx means. */
export function refusalCodeOf(status: number, words: string): JobFailureCode {
  return codeOf(readings.get(status) ?? anyOther, words);
}

/** What a failure that is told in a body means, beside whatever HTTP status. */
export function failureCodeOf(words: string): JobFailureCode {
  return codeOf(failures, words);
}

/** Whether a 429 speaks of an empty account rather than of the rate. */
export function isSpentQuota(status: number, words: string): boolean {
  return status === 429 && speaksOfSpentQuota(words);
}

/** Whether a 401 or 403 is about the key, and not about an empty account or the content. */
export function isAboutKey(status: number, words: string): boolean {
  return ['PROVIDER_UNAUTHORIZED', 'PROVIDER_FORBIDDEN'].includes(refusalCodeOf(status, words));
}

function codeOf(tried: readonly Reading[], words: string): JobFailureCode {
  return tried.find(({ isMet }) => isMet(words))?.code ?? 'PROVIDER_BAD_REQUEST';
}
