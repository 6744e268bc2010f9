import { useSyncExternalStore } from 'react';
import { base } from './base.ts';

/** A page of the dashboard. */
export type Route =
  | { readonly page: 'create' | 'jobs' | 'credits' | 'webhooks' | 'keys' | 'users' | 'admin' }
  | { readonly page: (typeof pagesOfOne)[keyof typeof pagesOfOne]; readonly id: string }
  | { readonly page: 'admin-user'; readonly userId: string }
  | { readonly page: 'unknown' };

const pages = new Map<string, Route>([
  ['/', { page: 'create' }],
  ['/jobs', { page: 'jobs' }],
  ['/credits', { page: 'credits' }],
  ['/webhooks', { page: 'webhooks' }],
  ['/keys', { page: 'keys' }],
  ['/users', { page: 'users' }],
  ['/admin', { page: 'admin' }],
]);

/** The route that a path names. */
export function routeOf(path: string): Route {
  const plain = path === '/' ? path : path.replace(/\/+$/, '');
  const [, list = '', id] = /^\/(jobs|webhooks|admin\/jobs)\/([\w-]+)$/.exec(plain) ?? [];
  if (id !== undefined && isListOfPages(list)) return { page: pagesOfOne[list], id };
  const [, user] = /^\/admin\/users\/([^/]+)$/.exec(plain) ?? [];
  return user === undefined ? (pages.get(plain) ?? { page: 'unknown' }) : userRouteOf(user);
}

/** The lists whose items have a page of their own. */
const pagesOfOne = { jobs: 'job', webhooks: 'webhook', 'admin/jobs': 'admin-job' } as const;

function isListOfPages(list: string): list is keyof typeof pagesOfOne {
  return Object.hasOwn(pagesOfOne, list);
}

/** The page of a user, whose id an address writes with percent signs. */
function userRouteOf(written: string): Route {
  try {
    return { page: 'admin-user', userId: decodeURIComponent(written) };
  } catch {
    return { page: 'unknown' };
  }
}

/** The path of a job's page. */
export function jobPath(id: string): string {
  return `/jobs/${id}`;
}

/** The path of the page of an endpoint of webhooks. */
export function webhookPath(id: string): string {
  return `/webhooks/${id}`;
}

/** The path of an operator's page about a job. */
export function adminJobPath(id: string): string {
  return `/admin/jobs/${id}`;
}

/** The path of an operator's page about a user. */
export function adminUserPath(userId: string): string {
  return `/admin/users/${encodeURIComponent(userId)}`;
}

/** The address of a path of the gateway, such as `/reelgate/jobs` for `/jobs`. */
export function addressOf(path: string): string {
  return base + path;
}

/** Opens a path of the dashboard without loading the document again. */
export function navigate(path: string): void {
  if (path === pathNow() + location.search) return;
  const before = location.pathname;
  keepScroll();
  history.pushState(null, '', addressOf(path));
  dispatchEvent(new PopStateEvent('popstate'));
  if (location.pathname !== before) scrollTo(0, 0);
}

/** Changes the query of the address, in place: for what a page shows, such as its filters. */
export function replaceQuery(parameters: URLSearchParams): void {
  const query = parameters.toString();
  history.replaceState(history.state, '', location.pathname + (query === '' ? '' : `?${query}`));
  dispatchEvent(new PopStateEvent('popstate'));
}

/** The current path, without its query. */
export function usePath(): string {
  return useSyncExternalStore(listen, pathNow);
}

function pathNow(): string {
  const { pathname } = location;
  return pathname === base || pathname.startsWith(`${base}/`) ? pathname.slice(base.length) || '/' : pathname;
}

/** The current query, such as `?status=failed`; '' if there is none. */
export function useQueryText(): string {
  return useSyncExternalStore(listen, () => location.search);
}

function listen(listener: () => void): () => void {
  addEventListener('popstate', listener);
  return () => removeEventListener('popstate', listener);
}

/** Remembers how far the current page is scrolled, with its entry in the browser's history. */
function keepScroll(): void {
  history.replaceState({ scrolledTo: scrollY }, '');
}

/** How far the page was scrolled when the user left it; 0 for a page that they have just opened. */
function keptScroll(): number {
  // Only this file writes the state.
  const state = history.state as { readonly scrolledTo?: number } | null;
  return state?.scrolledTo ?? 0;
}

/**
 * How long a page rests before its place is kept. Each step of a script that scrolls is a scroll of its own, and to the browser a
 * history entry written is a navigation: at each frame it costs more than the frame, and browsers refuse more than a few a second.
 */
const restMs = 150;

/** Brings Back and Forward to where the user was. Pages whose content is already here are drawn before the next frame. */
export function startScrollMemory(): void {
  history.scrollRestoration = 'manual';
  let resting: ReturnType<typeof setTimeout> | undefined;
  addEventListener('scrollend', () => {
    clearTimeout(resting);
    resting = setTimeout(keepScroll, restMs);
  });
  addEventListener('popstate', (event) => {
    // navigate and replaceQuery make events that no user has caused.
    if (!event.isTrusted) return;
    // The place that still waits belongs to the entry that was left.
    clearTimeout(resting);
    requestAnimationFrame(() => scrollTo(0, keptScroll()));
  });
}
