import type { LookEvent } from '../../domain/job.ts';
import { type Answer, isRecord, isSuccess, type JsonObject } from './answer.ts';
import { newsOf, type Reading, statusOf } from './job-record.ts';
import { wordsOf } from './provider-text.ts';

/** These say something of the caller or the address; where their body has the status ERROR, that is only how error bodies call themselves. */
const notAboutTheJob = new Set([401, 403, 404, 429]);

/** What the answer to a look means. A job's end in the body counts whatever the HTTP status; all else needs a success. */
export function lookEventOf(answer: Answer, requestId: string | null, reading: Reading): LookEvent {
  const { status, json } = answer;
  if (!isRecord(json)) return { type: 'fault' };
  const isEnvelope = notAboutTheJob.has(status) && statusOf(json) === 'ERROR';
  const news = isEnvelope ? null : newsOf(json, status, reading);
  if (news !== null && (isSuccess(status) || news.type !== 'seen')) return news;
  return { type: status === 404 && saysUnknown(json, requestId) ? 'missing' : 'fault' };
}

/** Whether a 404 speaks of the request: a plain "Not Found" is what any wrong turn on the way there answers. */
function saysUnknown(record: JsonObject, requestId: string | null): boolean {
  const words = wordsOf(record);
  const isUnknown = /not[\s_-]*found|no such|does(?: not|n['’]t) exist|unknown/i.test(words);
  return isUnknown && (/request|job/i.test(words) || (requestId !== null && words.includes(requestId)));
}
