import type { PollEvent } from '../../../domain/job.ts';
import type { ProviderDetails } from '../../../ports.ts';
import { newsOf, type Reading } from './job-record.ts';
import { someDetails } from './provider-details.ts';
import { sentencesIn } from './provider-text.ts';
import { type HttpResponse, isSuccess, type JsonObject } from './response.ts';
import { isErrorWord, statusOf } from './status-word.ts';
import { recordsOf } from './wrapper.ts';

/** What the answer to a poll means, and what it says beside that. */
type PollResult = { readonly event: PollEvent; readonly details?: ProviderDetails };

/** These say something of the caller or the address; where their body has the status ERROR, that is only how error bodies call themselves. */
const notAboutTheJob = new Set([401, 402, 403, 404, 429]);

/** What the answer to a poll means. A job's end in the body counts whatever the HTTP status; all else needs a success. */
export function pollResultOf(answer: HttpResponse, requestId: string | null, reading: Reading): PollResult {
  const { status, json } = answer;
  const records = recordsOf(json);
  const word = statusOf(records)?.word;
  const isEnvelope = notAboutTheJob.has(status) && word !== undefined && isErrorWord(word);
  const news = isEnvelope ? null : newsOf(records, status, reading);
  if (news !== null && (isSuccess(status) || news.event.type !== 'seen')) {
    return { event: news.event, ...someDetails(news.details) };
  }
  return { event: { type: status === 404 && saysUnknown(records, requestId) ? 'missing' : 'fault' } };
}

/** Whether a 404 speaks of the request: a plain "Not Found" is what any wrong turn on the way there answers. */
function saysUnknown(records: readonly JsonObject[], requestId: string | null): boolean {
  // Codes are left out: an `invalid_request_error` speaks of no job.
  const words = sentencesIn(records).join('\n');
  const isUnknown = /not[\s_-]*found|no such|does(?: not|n['’]t) exist|unknown/i.test(words);
  return isUnknown && (/request|job/i.test(words) || (requestId !== null && words.includes(requestId)));
}
