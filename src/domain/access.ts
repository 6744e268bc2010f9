import type { Environment } from './job.ts';

/** What a key or a token may be allowed to do. */
export type Scope = 'jobs:read' | 'jobs:write' | 'credits:read' | 'admin';

/** Every scope, in the order in which sets of them are written. */
export const allScopes: readonly Scope[] = ['jobs:read', 'jobs:write', 'credits:read', 'admin'];

/** The scopes among some words, in their own order and once each; words that are none are left out. */
export function scopesAmong(words: readonly string[]): readonly Scope[] {
  return allScopes.filter((scope) => words.includes(scope));
}

/** A program's key, without its secret: whom it speaks for, where, and what it may do. Instants in epoch milliseconds. */
export type ApiKey = {
  readonly id: string;
  readonly owner: string;
  readonly environment: Environment;
  readonly scopes: readonly Scope[];
  readonly createdAt: number;
  /** Null where it does not expire. */
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  /** To about a minute; null before the first use. */
  readonly lastUsedAt: number | null;
};

/** How many credits the jobs of one client token may cost together; those that came to nothing don't count. */
export type Spending = { readonly tokenId: string; readonly maxCredits: number };

/** What a key or a token was narrowed to. `jobIds`: the only jobs that it can see or act on, null for all of the user's. */
export type Access = {
  readonly scopes: readonly Scope[];
  readonly jobIds: readonly string[] | null;
  readonly spending: Spending | null;
};
