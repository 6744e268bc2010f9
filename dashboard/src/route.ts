import { useSyncExternalStore } from 'react';

/** Where in the dashboard one is. */
export type Route =
  | { readonly page: 'create' | 'watch' | 'credits' | 'admin' }
  | { readonly page: 'job'; readonly id: string }
  | { readonly page: 'unknown' };

const pages = new Map<string, Route>([
  ['/', { page: 'create' }],
  ['/jobs', { page: 'watch' }],
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

/** Goes to a path; the page itself stays. */
export function navigate(path: string): void {
  if (path === location.pathname) return;
  history.pushState(null, '', path);
  dispatchEvent(new PopStateEvent('popstate'));
  scrollTo(0, 0);
}

/** The path that one is at. */
export function usePath(): string {
  return useSyncExternalStore(listen, () => location.pathname);
}

function listen(listener: () => void): () => void {
  addEventListener('popstate', listener);
  return () => removeEventListener('popstate', listener);
}
