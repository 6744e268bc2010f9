import type { Environment } from './job.ts';

/** A permission of a key or a token. jobs:write includes jobs:read, admin includes all. */
export type Scope = 'jobs:read' | 'jobs:write' | 'credits:read' | 'webhooks:write' | 'admin';

/** Every scope, in the order in which lists of them are written. */
export const allScopes: readonly Scope[] = ['jobs:read', 'jobs:write', 'credits:read', 'webhooks:write', 'admin'];

/** The scopes of a key by default: its own user's jobs and credits. */
export const userScopes: readonly Scope[] = ['jobs:read', 'jobs:write', 'credits:read'];

/** The scopes named by some words, in the order of `allScopes`, once each; other words are ignored. */
export function scopesAmong(words: readonly string[]): readonly Scope[] {
  return allScopes.filter((scope) => words.includes(scope));
}

/** An API key without its secret: the user it acts for, the environment and its scopes. Instants in epoch milliseconds. */
export type ApiKey = {
  readonly id: string;
  readonly owner: string;
  readonly environment: Environment;
  readonly scopes: readonly Scope[];
  /** What it is for, in its maker's words; null if they said nothing. */
  readonly label: string | null;
  readonly createdAt: number;
  /** Null if it does not expire. */
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  /** Accurate to about a minute; null before the first use. */
  readonly lastUsedAt: number | null;
};

/** The most characters of a key's label. */
export const longestLabel = 100;

/** Whether a text can be the label of a key: 1 to 100 characters, without control characters, lone surrogates and spaces at its ends. */
export function isLabel(text: string): boolean {
  const length = [...text].length;
  return length >= 1 && length <= longestLabel && text.trim() === text && !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text);
}

/** How many credits all jobs of one client token may cost together; jobs whose price was released don't count. */
export type Spending = { readonly tokenId: string; readonly maxCredits: number };

/** The limits of a key or a token. `jobIds`: the only jobs that it can see or act on; null for all of the user's. */
export type Access = {
  readonly scopes: readonly Scope[];
  readonly jobIds: readonly string[] | null;
  readonly spending: Spending | null;
};

/** A user's roles and the limits of their key or token; absent `access` means no limits. */
export type Bearer = { readonly roles: readonly string[]; readonly access?: Access };

/** Whether a bearer has a scope. `admin` needs the admin role as well. */
export function hasScope({ roles, access }: Bearer, scope: Scope): boolean {
  const isAdmin = roles.includes('admin') && (access?.scopes.includes('admin') ?? true);
  if (isAdmin || scope === 'admin') return isAdmin;
  if (access === undefined || access.scopes.includes(scope)) return true;
  return scope === 'jobs:read' && access.scopes.includes('jobs:write');
}

/** Whether a bearer may see and act on one of their user's jobs. */
export function reachesJob({ access }: Bearer, jobId: string): boolean {
  return access?.jobIds?.includes(jobId) ?? true;
}

/** Whether a bearer may list and create jobs, as opposed to naming those in `jobIds`. */
export function reachesAllJobs({ access }: Bearer): boolean {
  return (access?.jobIds ?? null) === null;
}

/** Whether a text can be a user id: 1 to 255 characters, without control characters and lone surrogates. */
export function isUserId(text: string): boolean {
  // No name has control characters or lone surrogates, and some stores cannot hold them.
  return text !== '' && [...text].length <= 255 && !/[\p{Cc}\p{Cs}]/u.test(text);
}
