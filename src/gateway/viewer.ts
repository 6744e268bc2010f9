import type { Access } from '../domain/access.ts';
import type { Environment } from '../domain/job.ts';

/** Everything about a viewer that a resolver can read, as a cache key: viewers with the same text get the same data. */
export function viewerTextOf({ userId, environment, roles, access }: Subject): string {
  return JSON.stringify([userId, environment, roles, access ?? null]);
}

/** The caller, as identified by their token or key. */
export type Subject = {
  readonly userId: string;
  readonly environment: Environment;
  readonly roles: readonly string[];
  /** The key or client token that they act by, for the audit log, such as `key sk_test_…`; absent for a token of the issuer. */
  readonly credential?: string;
  /** The limits of their token or key; absent: none. */
  readonly access?: Access;
  /** The id of their API key; absent if they have none. Only commands may use it: equal viewers share what they read. */
  readonly apiKeyId?: string;
};

/** A subject with an account: every operation runs for a viewer. */
export type Viewer = Subject & { readonly accountId: string };

/** Identifies a user in one environment, for caches and rate limits. */
export function userKeyOf({ environment, userId }: Subject): string {
  return `${environment} ${userId}`;
}
