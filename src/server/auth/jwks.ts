import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { HttpGet } from '../../lib/http-get.ts';
import { createLogLimit } from '../../lib/log-limit.ts';
import type { Clock, Log } from '../../ports.ts';

/** The keys at AUTH_JWKS_URL cannot be read, and those read before are too old. The token is not to blame. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** Keys, and when they were read: monotonic milliseconds. */
type Keys = { readonly find: JWTVerifyGetKey; readonly readAt: number };

/** The keys published at a URL. */
export interface PublishedKeys {
  /** Finds the key of a token. Rejects with KeysUnavailable, or with jose's error where there is no such key. */
  readonly find: JWTVerifyGetKey;
  /** An object that stays the same while the same keys hold. Null where they must be read first. */
  readonly current: () => object | null;
}

/** Without `httpGet`, the keys are read over direct connections. */
export type KeysDeps = { readonly clock: Clock; readonly log: Log; readonly httpGet?: HttpGet | undefined };

/** Older keys are read again. */
const freshMs = 10 * 60_000;

/** Keys remain usable for this long while they cannot be read again. */
const goodMs = 24 * 60 * 60_000;

/** A token with an unknown key id has the keys read again, because the key may be new; invented ids may do so only this often. */
const searchEveryMs = 30_000;

const firstRetryMs = 1000;

const longestRetryMs = 60_000;

const responseWithinMs = 5000;

const maxBytes = 1024 * 1024;

/**
 * The keys published at a URL (RFC 7517), read when they are first needed and every ten minutes.
 *
 *     none   ──read──► fresh ──10 min──► old ──read──► fresh
 *     none   ──cannot be read──► none: every token gets KeysUnavailable; read again after 1, 2, 4 … 60 s
 *     old    ──cannot be read──► old: its keys stay usable for 24 h; read again after 1, 2, 4 … 60 s, in the background
 *     old    ──24 h──► none
 */
export function createPublishedKeys(url: string, { clock, log, httpGet = fetch }: KeysDeps): PublishedKeys {
  const mayLog = createLogLimit(clock);
  let keys: Keys | null = null;
  let failures = 0;
  let retryAt = 0;
  let reading: Promise<Keys | null> | null = null;

  async function read(): Promise<Keys | null> {
    try {
      keys = { find: createLocalJWKSet(await fetchKeySet(url, httpGet)), readAt: clock.monotonic() };
      if (failures > 0) log.info({}, 'The keys at AUTH_JWKS_URL can be read again.');
      failures = 0;
      return keys;
    } catch (error) {
      retryAt = clock.monotonic() + Math.min(longestRetryMs, firstRetryMs * 2 ** failures);
      failures += 1;
      logFailure(error);
      return null;
    }
  }

  function logFailure(error: unknown): void {
    if (!mayLog('keys')) return;
    const fields = { err: error, reason: reasonOf(error) };
    if (usableKeys() === null)
      log.error(fields, 'Tokens cannot be checked: the keys at AUTH_JWKS_URL could not be read.');
    else log.warn(fields, 'The keys at AUTH_JWKS_URL could not be read; those read before stay usable for 24 hours.');
  }

  /** Callers share one request at a time. */
  function readOnce(): Promise<Keys | null> {
    reading ??= read().finally(() => {
      reading = null;
    });
    return reading;
  }

  /** The keys that may be used, fresh or old. */
  function usableKeys(): Keys | null {
    return keys !== null && clock.monotonic() - keys.readAt < goodMs ? keys : null;
  }

  /** Whether reading failed so recently that it is not tried again yet. */
  const isPausing = () => failures > 0 && clock.monotonic() < retryAt;

  const isFresh = ({ readAt }: Keys) => clock.monotonic() - readAt < freshMs;

  async function keysNow(): Promise<Keys> {
    const known = usableKeys();
    if (known === null) return isPausing() && reading === null ? unavailable() : ((await readOnce()) ?? unavailable());
    if (isFresh(known)) return known;
    if (failures === 0) return (await readOnce()) ?? known;
    if (!isPausing()) readOnce().catch(logFailure);
    return known;
  }

  const find: JWTVerifyGetKey = async (header, token) => {
    const known = await keysNow();
    try {
      return await known.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // While the keys cannot be read, this one may be new.
      if (isPausing()) return unavailable();
      if (failures === 0 && clock.monotonic() - known.readAt < searchEveryMs) throw error;
      return ((await readOnce()) ?? unavailable()).find(header, token);
    }
  };

  return {
    find,
    current() {
      const known = usableKeys();
      return known !== null && (isFresh(known) || isPausing()) ? known : null;
    },
  };
}

function unavailable(): never {
  throw new KeysUnavailable('The keys at AUTH_JWKS_URL cannot be read.');
}

async function fetchKeySet(url: string, get: HttpGet): Promise<JSONWebKeySet> {
  const response = await get(url, {
    headers: { accept: 'application/json, application/jwk-set+json' },
    redirect: 'manual',
    signal: AbortSignal.timeout(responseWithinMs),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`The response was HTTP ${response.status}.`);
  }
  const text = await response.text();
  if (text.length > maxBytes) throw new Error(`The response had more than ${maxBytes} characters.`);
  // `createLocalJWKSet` rejects JSON that is not a key set.
  return JSON.parse(text) as JSONWebKeySet;
}

/** The message of the innermost cause: fetch's own is only "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message || error.name;
}
