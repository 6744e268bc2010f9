import { useSyncExternalStore } from 'react';
import { base } from './base.ts';

/** A page of the dashboard. */
export type Route =
  | { readonly page: 'create' | 'jobs' | 'credits' | 'admin' }
  | { readonly page: 'job'; readonly id: string }
  | { readonly page: 'unknown' };

const pages = new Map<string, Route>([
  ['/', { page: 'create' }],
  ['/jobs', { page: 'jobs' }],
  ['/credits', { page: 'credits' }],
  ['/admin', { page: 'admin' }],
]);

/** The route that a path names. */
export function routeOf(path: string): Route {
  const plain = path === '/' ? path : path.replace(/\/+$/, '');
  const [, id] = /^\/jobs\/([\w-]+)$/.exec(plain) ?? [];
  return id === undefined ? (pages.get(plain) ?? { page: 'unknown' }) : { page: 'job', id };
}

/** The path of a job's page. */
export function jobPath(id: string): string {
  return `/jobs/${id}`;
}

/** The address of a path of the gateway, such as `/reelgate/jobs` for `/jobs`. */
export function addressOf(path: string): string {
  return base + path;
}

/** Opens a path of the dashboard without loading the document again. */
export function navigate(path: string): void {
  if (path === pathNow() + location.search) return;
  history.pushState(null, '', addressOf(path));
  dispatchEvent(new PopStateEvent('popstate'));
  scrollTo(0, 0);
}

/** The current path, without its query. */
export function usePath(): string {
  return useSyncExternalStore(listen, pathNow);
}

function pathNow(): string {
  const { pathname } = location;
  return pathname === base || pathname.startsWith(`${base}/`) ? pathname.slice(base.length) || '/' : pathname;
}

function listen(listener: () => void): () => void {
  addEventListener('popstate', listener);
  return () => removeEventListener('popstate', listener);
}
