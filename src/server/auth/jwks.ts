import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { createLogLimit } from '../../lib/log-limit.ts';
import type { Clock, Log } from '../../ports.ts';

/** The keys at AUTH_JWKS_URL cannot be read and none in hand are good any more: that is no fault of a token's. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** Keys that were read, and when: monotonic milliseconds. */
type Keys = { readonly find: JWTVerifyGetKey; readonly readAt: number };

/** After this long they are read again. */
const freshMs = 10 * 60_000;

/** For this long they are good where they cannot be read again. */
const goodMs = 24 * 60 * 60_000;

/** An unknown key may be a new one; tokens that name invented keys have it looked for no more often than this. */
const searchEveryMs = 30_000;

const firstRetryMs = 1000;

const longestRetryMs = 60_000;

const answerWithinMs = 5000;

const maxBytes = 1024 * 1024;

/**
 * The keys published at a URL (RFC 7517), read when they are first needed and every ten minutes.
 *
 *     none   ──read──► fresh ──10 min──► old ──read──► fresh
 *     old    ──cannot be read──► old: its keys go on for 24 h; read again after 1, 2, 4 … 60 s, which nobody waits for
 *     old    ──24 h──► none: KeysUnavailable for everyone, until they can be read
 */
export function createPublishedKeys(
  url: string,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): JWTVerifyGetKey {
  const mayLog = createLogLimit(clock);
  let keys: Keys | null = null;
  let failures = 0;
  let retryAt = 0;
  let reading: Promise<Keys | null> | null = null;

  async function read(): Promise<Keys | null> {
    try {
      keys = { find: createLocalJWKSet(await fetchKeySet(url)), readAt: clock.monotonic() };
      if (failures > 0) log.info({}, 'The keys at AUTH_JWKS_URL can be read again.');
      failures = 0;
      return keys;
    } catch (error) {
      retryAt = clock.monotonic() + Math.min(longestRetryMs, firstRetryMs * 2 ** failures);
      failures += 1;
      tell(error);
      return null;
    }
  }

  function tell(error: unknown): void {
    if (!mayLog('keys')) return;
    const fields = { err: error, reason: reasonOf(error) };
    if (inHand() === null) log.error(fields, 'Tokens cannot be checked: the keys at AUTH_JWKS_URL could not be read.');
    else log.warn(fields, 'The keys at AUTH_JWKS_URL could not be read; those read before go on for 24 hours.');
  }

  /** One request at a time, whoever asks. */
  function readOnce(): Promise<Keys | null> {
    reading ??= read().finally(() => {
      reading = null;
    });
    return reading;
  }

  /** The keys that are good, which may be old. */
  function inHand(): Keys | null {
    return keys !== null && clock.monotonic() - keys.readAt < goodMs ? keys : null;
  }

  async function current(): Promise<Keys> {
    const known = inHand();
    if (known === null) return (await readOnce()) ?? unavailable();
    if (clock.monotonic() - known.readAt < freshMs) return known;
    if (failures === 0) return (await readOnce()) ?? known;
    if (clock.monotonic() >= retryAt) readOnce().catch(tell);
    return known;
  }

  return async (header, token) => {
    const known = await current();
    try {
      return await known.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // While the keys cannot be read, nobody knows whether this is a new one.
      if (failures > 0 && clock.monotonic() < retryAt) return unavailable();
      if (failures === 0 && clock.monotonic() - known.readAt < searchEveryMs) throw error;
      return ((await readOnce()) ?? unavailable()).find(header, token);
    }
  };
}

function unavailable(): never {
  throw new KeysUnavailable('The keys at AUTH_JWKS_URL cannot be read.');
}

async function fetchKeySet(url: string): Promise<JSONWebKeySet> {
  const response = await fetch(url, {
    headers: { accept: 'application/json, application/jwk-set+json' },
    redirect: 'manual',
    signal: AbortSignal.timeout(answerWithinMs),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`It was answered with HTTP ${response.status}.`);
  }
  const text = await response.text();
  if (text.length > maxBytes) throw new Error(`It was answered with more than ${maxBytes} characters.`);
  // `createLocalJWKSet` refuses what is no key set.
  return JSON.parse(text) as JSONWebKeySet;
}

/** The innermost cause says what it was: fetch itself says only that it failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message || error.name;
}
