import type { JobFailureCode } from '../../../domain/failure-code.ts';
import { mentionsEmptyAccount, mentionsSpentQuota } from './empty-account-word.ts';
import { mentionsModeration, mentionsModerationOfContent } from './moderation-word.ts';

/** A code, and when a refusal has it; `words` is the refusal's whole text, empty if it cannot be read. */
type Rule = { readonly code: JobFailureCode; readonly isMet: (words: string) => boolean };

const always = (): boolean => true;

const moderated: Rule = { code: 'CONTENT_REJECTED', isMet: mentionsModeration };

const moderatedContent: Rule = { code: 'CONTENT_REJECTED', isMet: mentionsModerationOfContent };

const emptyAccount: Rule = { code: 'INSUFFICIENT_CREDITS', isMet: mentionsEmptyAccount };

const otherwise = (code: JobFailureCode): Rule => ({ code, isMet: always });

/** A 406 may also mean a wrong content type, or a parameter that it names. */
const namesParameter: Rule = {
  code: 'PROVIDER_BAD_REQUEST',
  isMet: (words) => /content[\s_-]*type|text_prompt|aspect_ratio|\bseed\b|\bparameters?\b/i.test(words),
};

/** The rules for each HTTP status of a refusal, in the order in which they are tried. The last one always applies. */
const rules = new Map<number, readonly Rule[]>([
  [400, [moderated, emptyAccount, otherwise('PROVIDER_BAD_REQUEST')]],
  [401, [otherwise('PROVIDER_UNAUTHORIZED')]],
  [402, [otherwise('INSUFFICIENT_CREDITS')]],
  [403, [moderatedContent, emptyAccount, otherwise('PROVIDER_FORBIDDEN')]],
  [404, [otherwise('PROVIDER_WORKFLOW_NOT_FOUND')]],
  // A 406 without readable words means a lack of credits, as the provider documents it.
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

const anyOther: readonly Rule[] = [moderated, otherwise('PROVIDER_BAD_REQUEST')];

const failures: readonly Rule[] = [moderated, emptyAccount, otherwise('GENERATION_FAILED')];

/** A 5xx's sentences about something blocked. */
const blockedSentences = /[^.;!?\n]*\bblock(?:ed|ing|s)?\b[^.;!?\n]*/gi;

/** What a 4xx means. */
export function refusalCodeOf(status: number, words: string): JobFailureCode {
  return codeOf(rules.get(status) ?? anyOther, words);
}

/** What a failure in a body means. In the words of a 5xx, "blocked" may be a firewall's, and only a status word means the content. */
export function failureCodeOf(status: number, words: string): JobFailureCode {
  return codeOf(failures, status >= 500 ? words.replace(blockedSentences, ' ') : words);
}

/** Whether a 429 is about an empty account rather than about the rate. */
export function isSpentQuota(status: number, words: string): boolean {
  return status === 429 && mentionsSpentQuota(words);
}

/** Whether a 401 or 403 is about the key rather than about an empty account or the content. */
export function isAboutKey(status: number, words: string): boolean {
  return ['PROVIDER_UNAUTHORIZED', 'PROVIDER_FORBIDDEN'].includes(refusalCodeOf(status, words));
}

function codeOf(tried: readonly Rule[], words: string): JobFailureCode {
  return tried.find(({ isMet }) => isMet(words))?.code ?? 'PROVIDER_BAD_REQUEST';
}
