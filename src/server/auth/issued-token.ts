import { isSecretOf, keyNameOf, readKeyText } from '../../credential/api-key.ts';
import { type ClientTokens, clientTokenPrefix, createClientTokens } from '../../credential/client-token.ts';
import type { Environment } from '../../domain/job.ts';
import type { Clock, Log, Store, StoredApiKey } from '../../ports.ts';
import type { AuthResult } from './auth-result.ts';

/** Access to API keys and to the secret that signs client tokens. */
export type Credentials = Pick<Store, 'findApiKey' | 'useApiKey' | 'secret'>;

/** Checks a key or token that the gateway issued. Returns null for a token of another kind. Never rejects. */
export type IssuedTokenCheck = (token: string) => Promise<AuthResult> | null;

type IssuedTokenCheckDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly credentials?: Credentials | undefined;
};

/** The precision of `lastUsedAt`: writing it at every request would cost too much. */
const useSavedEveryMs = 60_000;

const noKey = new Uint8Array(32);

const badKey = (reason: string): AuthResult => ({ kind: 'invalid', message: 'The key is not valid here.', reason });

const badToken: AuthResult = {
  kind: 'invalid',
  message: 'The token is not valid here.',
  reason: 'This installation did not sign the token.',
};

const noLive: AuthResult = {
  kind: 'forbidden',
  message: 'This gateway has no LIVE environment: it has no provider key.',
};

/** Checks API keys (`sk_…`) and client tokens (`ct_…`). */
export function createIssuedTokenCheck(
  { clock, log, credentials }: IssuedTokenCheckDeps,
  liveEnabled: boolean,
): IssuedTokenCheck {
  const keys = createKeyCheck(credentials, clock, log);
  const clients = createClientCheck(credentials, clock);

  async function checked(authResult: Promise<AuthResult>): Promise<AuthResult> {
    try {
      const found = await authResult;
      return found.kind === 'known' && !isHere(found.viewer.environment) ? noLive : found;
    } catch (error) {
      log.error({ err: error }, 'Keys cannot be checked: the database does not answer.');
      return { kind: 'unavailable', message: 'Keys cannot be checked at the moment; try again.' };
    }
  }

  const isHere = (environment: Environment) => environment === 'TEST' || liveEnabled;
  return (token) => {
    if (token.startsWith('sk_')) return checked(keys(token));
    return token.startsWith(clientTokenPrefix) ? checked(clients(token)) : null;
  };
}

function createKeyCheck(credentials: Credentials | undefined, clock: Clock, log: Log) {
  async function saveUse({ id, lastUsedAt }: StoredApiKey, now: number): Promise<void> {
    if (lastUsedAt !== null && now - lastUsedAt < useSavedEveryMs) return;
    try {
      await credentials?.useApiKey(id, now);
    } catch (error) {
      log.warn({ err: error, key: id }, 'The last use of a key could not be saved.');
    }
  }

  return async (token: string): Promise<AuthResult> => {
    const shown = readKeyText(token);
    if (shown === null || credentials === undefined) return badKey('The text is not that of a key.');
    const key = await credentials.findApiKey(shown.id);
    // Compared even if there is no key, so that the time taken reveals nothing.
    const isItsSecret = isSecretOf(shown.secret, key?.secretHash ?? noKey);
    if (key === null) return badKey('No such key exists.');
    if (!isItsSecret || key.environment !== shown.environment)
      return badKey('The key exists, but its text is not right.');
    const now = clock.now();
    if (key.revokedAt !== null) return { kind: 'invalid', message: 'The key has been revoked.' };
    // Unlike a token, a key is not renewed automatically: clients should give up.
    if (key.expiresAt !== null && key.expiresAt <= now) return { kind: 'invalid', message: 'The key has expired.' };
    await saveUse(key, now);
    const { owner: userId, environment, scopes, expiresAt } = key;
    const roles = scopes.includes('admin') ? ['admin'] : [];
    return {
      kind: 'known',
      viewer: {
        userId,
        environment,
        roles,
        credential: `key ${keyNameOf(key)}`,
        access: { scopes, jobIds: null, spending: null },
        apiKeyId: key.id,
      },
      expiresAt,
    };
  };
}

function createClientCheck(credentials: Credentials | undefined, clock: Clock) {
  let known: ClientTokens | null = null;
  return async (text: string): Promise<AuthResult> => {
    if (credentials === undefined) return badToken;
    known ??= createClientTokens(await credentials.secret());
    const token = known.read(text);
    if (token === null) return badToken;
    const { id: tokenId, userId, environment, scopes, jobIds, maxCredits, expiresAt } = token;
    if (expiresAt <= clock.now()) return { kind: 'expired', message: 'The token has expired.' };
    const spending = maxCredits === null ? null : { tokenId, maxCredits };
    return {
      kind: 'known',
      viewer: {
        userId,
        environment,
        roles: [],
        credential: `client token ${tokenId}`,
        access: { scopes, jobIds, spending },
      },
      expiresAt,
    };
  };
}
