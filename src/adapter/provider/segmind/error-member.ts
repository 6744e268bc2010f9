import { mentionsEmptyAccount } from './empty-account-word.ts';
import { mentionsModeration } from './moderation-word.ts';
import { isRecord, type JsonObject } from './response.ts';
import { isBadEnd, isErrorWord, statusOf } from './status-word.ts';

/** Each of these members alone means that the request failed. */
const signs: readonly ((record: JsonObject) => boolean)[] = [
  ({ error }) => isError(error),
  ({ errors }) => isError(errors),
  ({ error_message }) => isError(error_message),
  ({ code, message, msg }) => isBadCode(code) && (isText(message) || isText(msg)),
  ({ success, message, msg }) => success === false && (isText(message) || isText(msg)),
];

/** Numbers that envelopes use for success. */
const goodNumber = /^(?:0+|2\d\d)$/;

/** Words in the codes of errors, such as `InvalidParameter`, `E1001` or `rate_limit_exceeded`. Any other word may name a success. */
const badWord = new RegExp(
  [
    ...['err', 'fail', 'invalid', 'illegal', 'bad', 'wrong', 'missing', 'required', 'mismatch', 'malformed', 'corrupt'],
    ...[
      'not[\\s_-]*(?:found|allowed|supported|permitted|enough|available)',
      'unsupported',
      'unknown',
      'no[\\s_-]*such',
    ],
    ...[
      'den(?:y|ied)',
      'forbid',
      'unauth',
      'refus',
      'reject',
      'block',
      'flagged',
      'violat',
      'prohibit',
      'restrict',
      'ban(?:ned)?$',
    ],
    ...[
      'exceed',
      'exhaust',
      'insufficient',
      'limit',
      'throttl',
      'too[\\s_-]*many',
      'arrear',
      'overdue',
      'expired',
      'suspend',
    ],
    ...[
      'timed?[\\s_-]*out',
      'unavailable',
      'overload',
      'busy',
      'abort',
      'cancel',
      'exception',
      'crash',
      'fatal',
      'panic',
      'conflict',
    ],
    '^e[\\s_-]?\\d+$',
  ].join('|'),
  'i',
);

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

/** Whether a `code` is that of an error: a number other than 0 and 2xx, or an error's word. `SUBMITTED` is neither. */
function isBadCode(code: unknown): boolean {
  if (typeof code !== 'number' && typeof code !== 'string') return false;
  const text = String(code).trim();
  if (/^[+-]?\d+(?:\.\d+)?$/.test(text)) return !goodNumber.test(text);
  return badWord.test(text) || isBadEnd(text) || mentionsEmptyAccount(text) || mentionsModeration(text);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
