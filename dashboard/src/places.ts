import type { Scope } from './access.ts';
import type { Viewer } from './api/operations.ts';
import type { Route } from './route.ts';

/** The scope that each page needs; null: none. */
export const scopeOfPage: Readonly<Record<Route['page'], Scope | null>> = {
  create: 'JOBS_WRITE',
  jobs: 'JOBS_READ',
  job: 'JOBS_READ',
  credits: 'CREDITS_READ',
  webhooks: 'WEBHOOKS_WRITE',
  webhook: 'WEBHOOKS_WRITE',
  keys: 'ADMIN',
  users: 'ADMIN',
  admin: 'ADMIN',
  'admin-job': 'ADMIN',
  'admin-user': 'ADMIN',
  unknown: null,
};

/** A scope that a key of an ordinary user may lack. */
export type NarrowScope = Exclude<Scope, 'ADMIN'>;

/** How these scopes are written in a token, and what they are for. */
export const scopeWords: Readonly<Record<NarrowScope, { readonly name: string; readonly action: string }>> = {
  JOBS_READ: { name: 'jobs:read', action: 'see jobs' },
  JOBS_WRITE: { name: 'jobs:write', action: 'create videos' },
  CREDITS_READ: { name: 'credits:read', action: 'see credits' },
  WEBHOOKS_WRITE: { name: 'webhooks:write', action: 'manage webhooks' },
};

const places = [
  { scope: 'JOBS_WRITE', href: '/', name: 'Create', icon: 'plus' },
  { scope: 'JOBS_READ', href: '/jobs', name: 'Jobs', icon: 'list' },
  { scope: 'CREDITS_READ', href: '/credits', name: 'Credits', icon: 'coins' },
  { scope: 'WEBHOOKS_WRITE', href: '/webhooks', name: 'Webhooks', icon: 'bell' },
  { scope: 'ADMIN', href: '/users', name: 'Users', icon: 'people' },
  { scope: 'ADMIN', href: '/keys', name: 'Keys', icon: 'key' },
  { scope: 'ADMIN', href: '/admin', name: 'Admin', icon: 'gauge' },
] as const;

/** The pages for the header: those that the viewer's token or key opens. */
export function placesOf({ scopes }: Pick<Viewer, 'scopes'>): readonly (typeof places)[number][] {
  return places.filter(({ scope }) => scopes.includes(scope));
}
