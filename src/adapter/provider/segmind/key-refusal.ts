import { isAboutKey } from './refusal-code.ts';
import type { HttpResponse } from './response.ts';
import { refusalWordsOf } from './submit-response.ts';

/** Whether a response refuses the key; a 403 may instead be about an empty account or the content. */
export function refusesKey(response: HttpResponse): boolean {
  const { status } = response;
  return (status === 401 || status === 403) && isAboutKey(status, refusalWordsOf(response, null));
}
