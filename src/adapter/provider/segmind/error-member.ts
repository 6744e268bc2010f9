import { isRecord, type JsonObject } from './response.ts';
import { isErrorWord, statusOf } from './status-word.ts';

/** Each of these members alone means that the request failed. */
const signs: readonly ((record: JsonObject) => boolean)[] = [
  ({ error }) => isError(error),
  ({ errors }) => isError(errors),
  ({ error_message }) => isError(error_message),
  ({ code, message, msg }) => isBadCode(code) && (isText(message) || isText(msg)),
  ({ success, message, msg }) => success === false && (isText(message) || isText(msg)),
];

/** Codes that envelopes use for success. */
const goodCode = /^(?:0+|2\d\d|ok|success|succeeded|accepted|created|none)$/i;

/** Whether a response, or a record that it wraps, reports that the request failed. */
export function reportsError(records: readonly JsonObject[]): boolean {
  const status = statusOf(records);
  if (status !== null && isErrorWord(status.word)) return true;
  // A record of a running or completed job may carry a warning.
  const isAlive = status !== null && ['queued', 'processing', 'completed'].includes(status.meaning ?? '');
  return !isAlive && records.some((record) => signs.some((isMet) => isMet(record)));
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
