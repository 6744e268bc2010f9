import { type Headers, headerOf } from './response.ts';

const dayMs = 86_400_000;

/** Numbers from here on are milliseconds: as seconds they would be beyond the year 5000. */
const firstMilliseconds = 1e11;

/**
 * When the provider accepts requests again after a 429: `x-rate-limit-reset-at-utc` (RFC 3339, an HTTP date, epoch seconds or
 * milliseconds; UTC if it has no zone), else `retry-after` (RFC 9110: seconds or a date). Null if neither can be read.
 */
export function readResetAt(headers: Headers, now: number): number | null {
  return readInstant(headerOf(headers, 'x-rate-limit-reset-at-utc'), now) ?? readRetryAfter(headers, now);
}

function readRetryAfter(headers: Headers, now: number): number | null {
  const text = headerOf(headers, 'retry-after');
  return text !== null && /^\d+(\.\d+)?$/.test(text) ? now + Number(text) * 1000 : readInstant(text, now);
}

/** Reads an instant: RFC 3339, an HTTP date, epoch seconds or milliseconds; a small number is a wait in seconds. Null if it is none. */
export function readInstant(text: string | null, now: number): number | null {
  if (text === null) return null;
  return /^-?\d+(\.\d+)?$/.test(text) ? instantOf(Number(text), now) : readDate(text);
}

function instantOf(number: number, now: number): number {
  // A number below one day is a wait in seconds, not an instant of 1970.
  if (number * 1000 < dayMs) return now + number * 1000;
  return number < firstMilliseconds ? number * 1000 : number;
}

function readDate(text: string): number | null {
  // Date.parse finds a date in almost any text, so a time of day is required.
  if (!/\d:\d\d/.test(text)) return null;
  const spaced = text.replace(/^(\d{4}-\d\d-\d\d)t/i, '$1 ');
  const zoned = /(?:z|gmt|utc|[+-]\d\d:?\d\d)$/i.test(spaced) ? spaced : `${spaced} UTC`;
  const at = Date.parse(zoned);
  return Number.isNaN(at) ? null : at;
}
