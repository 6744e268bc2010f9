import type { IncomingMessage } from 'node:http';
import { pathOf } from './address.ts';

/**
 * What the gateway's own paths begin with. A PUBLIC_URL must not have a path that begins so: behind a proxy that removes that path, the two
 * could not be told apart. The router serves nothing else, so a path that is missing here is found at once.
 */
const ownNames: ReadonlySet<string> = new Set([
  ...['graphql', 'schema.graphql', 'graphiql', 'docs', 'export', 'videos', 'sandbox'],
  ...['healthz', 'readyz', 'metrics'],
  // The dashboard's pages and their files.
  ...['jobs', 'credits', 'webhooks', 'keys', 'users', 'admin', 'assets'],
]);

/** The first name of a path: `jobs` for `/jobs/a`, '' for `/`. */
export function firstNameOf(path: string): string {
  return path.split('/', 2)[1] ?? '';
}

/** Whether a path begins as the gateway's own do. `/` does not: it may be that of PUBLIC_URL. */
export function isOwnPath(path: string): boolean {
  return ownNames.has(firstNameOf(path));
}

/** The path of a URL without its last slash: `/reelgate` for `https://example.com/reelgate`, '' for one without a path. */
export function basePathOf(url: string): string {
  return new URL(url).pathname.replace(/\/+$/, '');
}

/**
 * Removes the path of PUBLIC_URL from a request's target. A proxy may have removed it already, and health checks come without it, so a
 * target without it stays as it is. All code behind this knows only the gateway's own paths.
 *
 *     /reelgate/jobs?x=1  →  /jobs?x=1        /reelgate  →  /        /jobs  →  /jobs        /reelgates  →  /reelgates
 */
export function createBaseRemoval(base: string): <Request extends IncomingMessage>(request: Request) => Request {
  return (request) => {
    const path = pathOf(request.url);
    if (base === '' || (path !== base && !path.startsWith(`${base}/`))) return request;
    const query = /\?.*/s.exec(request.url ?? '')?.[0] ?? '';
    request.url = `${path.slice(base.length) || '/'}${query}`;
    return request;
  };
}
