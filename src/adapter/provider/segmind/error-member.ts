import { isRecord, type JsonObject } from './response.ts';
import { isErrorWord, statusOf } from './status-word.ts';

/** What says in a body that a request failed, each by itself. */
const readings: readonly ((record: JsonObject) => boolean)[] = [
  ({ error }) => isError(error),
  ({ errors }) => isError(errors),
  ({ error_message }) => isError(error_message),
  ({ code, message, msg }) => isBadCode(code) && (isText(message) || isText(msg)),
  ({ success, message, msg }) => success === false && (isText(message) || isText(msg)),
];

/** Codes of envelopes for what went well. */
const goodCode = /^(?:0+|2\d\d|ok|success|succeeded|accepted|created|none)$/i;

/** Whether an answer, or what it wraps, says that the request failed. */
export function saysError(records: readonly JsonObject[]): boolean {
  const status = statusOf(records);
  if (status !== null && isErrorWord(status.word)) return true;
  // A record that runs or has ended well may carry a warning.
  const isAlive = status !== null && ['queued', 'processing', 'completed'].includes(status.meaning ?? '');
  return !isAlive && records.some((record) => readings.some((isMet) => isMet(record)));
}

function isError(value: unknown): boolean {
  if (value === true || isText(value)) return true;
  if (Array.isArray(value)) return value.length > 0;
  return isRecord(value) && Object.keys(value).length > 0;
}

function isBadCode(code: unknown): boolean {
  if (typeof code !== 'number' && typeof code !== 'string') return false;
  const text = String(code).trim();
  return text !== '' && !goodCode.test(text);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
