import { readInstant } from './reset-time.ts';
import type { JsonObject } from './response.ts';

/** The members that may say until when an item's file is kept. */
const members = ['expires_at', 'expiresAt', 'expiry', 'expiration'];

type Query = ReadonlyMap<string, string>;

/** Ways in which a signed URL may say until when it is valid; each returns null if it does not apply. */
const readers: readonly ((query: Query, now: number) => number | null)[] = [
  (query) => signedUntil(query, 'x-amz-'),
  (query) => signedUntil(query, 'x-goog-'),
  (query, now) => readInstant(query.get('expires') ?? null, now),
  // Azure's name for the expiry of the signature.
  (query, now) => readInstant(query.get('se') ?? null, now),
  (query, now) => readInstant(query.get('exp') ?? null, now),
];

const earliest = Date.UTC(2000, 0);

const latest = Date.UTC(3000, 0);

/** When an item's file expires, in epoch milliseconds, from an instant or a wait in seconds; null if the item gives neither. */
export function expiryIn(item: JsonObject, now: number): number | null {
  const values = members.map((member) => item[member]);
  const texts = values.map((value) =>
    typeof value === 'string' || typeof value === 'number' ? String(value).trim() : null,
  );
  return texts.map((text) => sane(readInstant(text, now))).find((at) => at !== null) ?? null;
}

/** When a URL expires according to its query: Amazon's, Google's and Azure's signatures, `Expires` and `exp`. */
export function expiryOfUrl(url: URL, now: number): number | null {
  const query = new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value]));
  return readers.map((read) => sane(read(query, now))).find((at) => at !== null) ?? null;
}

/** Adds the seconds of `…expires` to the instant of `…date`, such as `20261129T080000Z`. */
function signedUntil(query: Query, prefix: string): number | null {
  const [, day, time] = /^(\d{8})T(\d{6})Z$/.exec(query.get(`${prefix}date`) ?? '') ?? [];
  const seconds = query.get(`${prefix}expires`) ?? '';
  if (day === undefined || time === undefined || !/^\d{1,9}$/.test(seconds)) return null;
  const [year, month, date] = [day.slice(0, 4), day.slice(4, 6), day.slice(6)];
  const clock = [time.slice(0, 2), time.slice(2, 4), time.slice(4)].join(':');
  return Date.parse(`${year}-${month}-${date}T${clock}Z`) + Number(seconds) * 1000;
}

function sane(at: number | null): number | null {
  return at !== null && at >= earliest && at <= latest ? Math.round(at) : null;
}
