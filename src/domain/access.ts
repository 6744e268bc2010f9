import type { Environment } from './job.ts';

/** What a key or a token may be allowed to do. jobs:write includes jobs:read, admin includes all. */
export type Scope = 'jobs:read' | 'jobs:write' | 'credits:read' | 'admin';

/** Every scope, in the order in which sets of them are written. */
export const allScopes: readonly Scope[] = ['jobs:read', 'jobs:write', 'credits:read', 'admin'];

/** What a key may do where nothing else is asked for: everything that concerns its own user. */
export const userScopes: readonly Scope[] = ['jobs:read', 'jobs:write', 'credits:read'];

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

/** Whom a decision is about: their roles, and what their key or token was narrowed to (absent: nothing was). */
export type Bearer = { readonly roles: readonly string[]; readonly access?: Access };

/** Whether a bearer may do what a scope stands for. The admin role is needed for admin, whatever the scopes say. */
export function hasScope({ roles, access }: Bearer, scope: Scope): boolean {
  const isAdmin = roles.includes('admin') && (access?.scopes.includes('admin') ?? true);
  if (isAdmin || scope === 'admin') return isAdmin;
  if (access === undefined || access.scopes.includes(scope)) return true;
  return scope === 'jobs:read' && access.scopes.includes('jobs:write');
}

/** Whether a bearer may see and act on a job of their user. */
export function reachesJob({ access }: Bearer, jobId: string): boolean {
  return access?.jobIds?.includes(jobId) ?? true;
}

/** Whether a bearer may ask about, and for, jobs that they do not name. */
export function reachesAllJobs({ access }: Bearer): boolean {
  return (access?.jobIds ?? null) === null;
}

/** Whether a text can name a user: 1 to 255 characters, none of them a control character or half of one. */
export function isUserId(text: string): boolean {
  // Control characters and halves of characters are in nobody's name, and some stores cannot hold them.
  return text !== '' && [...text].length <= 255 && !/[\p{Cc}\p{Cs}]/u.test(text);
}
