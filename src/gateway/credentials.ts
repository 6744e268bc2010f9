import { keyNameOf, keyTextOf, newSecret, secretHashOf } from '../credential/api-key.ts';
import { createClientTokens } from '../credential/client-token.ts';
import { type ApiKey, isLabel, isUserId, longestLabel, type Scope, userScopes } from '../domain/access.ts';
import { type FailureOf, type InputIssue, invalidInput, notFound } from '../domain/failure.ts';
import type { Bell, Clock, Page, Slice, Store } from '../ports.ts';
import { type ActingIn, createNewEntry } from './audit.ts';
import { issuesWhen } from './input.ts';

/** Rung when an API key was revoked. */
export const keyTopic = 'keys';

/** The options of a new API key; null or absent means the default. */
export type ApiKeyRequest = {
  readonly userId: string;
  readonly scopes?: readonly Scope[] | null | undefined;
  /** What the key is for; spaces at its ends are removed. */
  readonly label?: string | null | undefined;
  /** Epoch milliseconds. */
  readonly expiresAt?: number | null | undefined;
};

/** A new key. Its whole text, `secret`, is returned here and nowhere else. */
export type CreatedApiKey = { readonly apiKey: ApiKey; readonly secret: string };

/** The options of a new client token; null or absent means the default. */
type ClientTokenRequest = {
  readonly userId: string;
  readonly scopes: readonly Scope[];
  readonly ttlSeconds?: number | null | undefined;
  /** The ids of the only jobs that the token can see and act on. */
  readonly jobIds?: readonly string[] | null | undefined;
  readonly maxCredits?: number | null | undefined;
};

/** A new client token; `expiresAt` is epoch milliseconds. */
export type CreatedClientToken = { readonly token: string; readonly expiresAt: number };

/** Issues keys and tokens of one environment, and revokes keys. For admins only: the caller must have checked that. */
export interface Keyring {
  createApiKey(at: ActingIn, request: ApiKeyRequest): Promise<CreatedApiKey | FailureOf<'invalidInput'>>;
  /** The keys of one user (null: of all users), newest first. */
  apiKeys(at: Pick<ActingIn, 'environment'>, userId: string | null, page: Page<string>): Promise<Slice<ApiKey>>;
  revokeApiKey(at: ActingIn, id: string): Promise<ApiKey | FailureOf<'notFound'>>;
  createClientToken(at: ActingIn, request: ClientTokenRequest): Promise<CreatedClientToken | FailureOf<'invalidInput'>>;
}

type KeyringDeps = {
  readonly store: Pick<
    Store,
    'createApiKey' | 'findApiKey' | 'listApiKeys' | 'revokeApiKey' | 'secret' | 'addAuditEntry'
  >;
  readonly clock: Pick<Clock, 'now' | 'newId'>;
  /** Tells nodes that keep verified keys; the command line has none. */
  readonly bell?: Pick<Bell, 'ring'>;
};

const defaultTtlSeconds = 900;

const longestTtlSeconds = 86_400;

const mostJobs = 100;

/** A keyring over the store's keys. */
export function createKeyring({ store, clock, bell }: KeyringDeps): Keyring {
  const newEntry = createNewEntry(clock);
  return {
    async createApiKey(at, { userId: owner, scopes, expiresAt = null, ...request }) {
      const { environment } = at;
      const createdAt = clock.now();
      const label = request.label?.trim() ?? null;
      const issues = [
        ...userIssues(owner),
        ...issuesWhen(scopes?.length === 0, 'scopes', 'A key needs at least one scope.'),
        ...issuesWhen(
          label !== null && !isLabel(label),
          'label',
          `label must be 1 to ${longestLabel} characters, without control characters.`,
        ),
        ...issuesWhen(expiresAt !== null && expiresAt <= createdAt, 'expiresAt', 'expiresAt must be in the future.'),
      ];
      if (issues.length > 0) return invalidInput(issues);
      const secret = newSecret();
      const id = clock.newId();
      const key = { id, owner, environment, scopes: scopes ?? userScopes, label, createdAt, expiresAt };
      const apiKey: ApiKey = { ...key, revokedAt: null, lastUsedAt: null };
      const entry = newEntry(at, 'key.create', { target: targetOf(apiKey), details: limitsOf(apiKey) });
      await store.createApiKey({ ...apiKey, secretHash: secretHashOf(secret) }, entry);
      return { apiKey, secret: keyTextOf({ environment, id, secret }) };
    },

    apiKeys: ({ environment }, userId, page) => store.listApiKeys(environment, userId, page),

    async revokeApiKey(at, id) {
      const known = await store.findApiKey(id);
      const noKey = () => notFound('There is no such key.');
      if (known === null || known.environment !== at.environment) return noKey();
      const entry = newEntry(at, 'key.revoke', { target: targetOf(known) });
      const revoked = await store.revokeApiKey(id, clock.now(), entry);
      if (revoked !== null) bell?.ring([keyTopic]);
      return revoked ?? noKey();
    },

    async createClientToken(at, request) {
      const issues = clientTokenIssuesOf(request);
      if (issues.length > 0) return invalidInput(issues);
      const { userId, scopes, ttlSeconds, jobIds = null, maxCredits = null } = request;
      const { write } = createClientTokens(await store.secret());
      const expiresAt = clock.now() + (ttlSeconds ?? defaultTtlSeconds) * 1000;
      const id = clock.newId();
      const token = write({ id, userId, environment: at.environment, scopes, jobIds, maxCredits, expiresAt });
      const limits = [
        limitsOf({ scopes, expiresAt }),
        ...(jobIds === null ? [] : [`${jobIds.length} jobs`]),
        ...(maxCredits === null ? [] : [`at most ${maxCredits} credits`]),
      ];
      const target = `client token ${id} of ${userId}`;
      await store.addAuditEntry(newEntry(at, 'token.create', { target, details: limits.join('; ') }));
      return { token, expiresAt };
    },
  };
}

/** How the audit log names a key. */
function targetOf(key: ApiKey): string {
  return `key ${keyNameOf(key)} of ${key.owner}`;
}

function limitsOf({ scopes, expiresAt }: Pick<ApiKey, 'scopes' | 'expiresAt'>): string {
  const end = expiresAt === null ? 'no expiry' : `until ${new Date(expiresAt).toISOString()}`;
  return `${scopes.join(' ')}; ${end}`;
}

function clientTokenIssuesOf({ userId, scopes, ttlSeconds, jobIds, maxCredits }: ClientTokenRequest) {
  const ttl = ttlSeconds ?? defaultTtlSeconds;
  return [
    ...userIssues(userId),
    ...issuesWhen(scopes.length === 0, 'scopes', 'A token needs at least one scope.'),
    ...issuesWhen(scopes.includes('admin'), 'scopes', 'A client token cannot have the scope ADMIN.'),
    ...issuesWhen(
      ttl < 1 || ttl > longestTtlSeconds,
      'ttlSeconds',
      `ttlSeconds must be between 1 and ${longestTtlSeconds}.`,
    ),
    ...issuesWhen((jobIds?.length ?? 0) > mostJobs, 'jobIds', `A token can be limited to at most ${mostJobs} jobs.`),
    ...issuesWhen((maxCredits ?? 0) < 0, 'maxCredits', 'maxCredits must be 0 or more.'),
  ];
}

function userIssues(userId: string): readonly InputIssue[] {
  return issuesWhen(!isUserId(userId), 'userId', 'userId must be 1 to 255 characters, without control characters.');
}
