import { isAboutKey } from './refusal-code.ts';
import type { HttpResponse } from './response.ts';
import { refusalWordsOf } from './submit-response.ts';

/** Whether an answer refuses the key: a 403 may also speak of an empty account or of the content. */
export function refusesKey(answer: HttpResponse): boolean {
  const { status } = answer;
  return (status === 401 || status === 403) && isAboutKey(status, refusalWordsOf(answer, null));
}
