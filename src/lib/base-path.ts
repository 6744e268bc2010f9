import type { IncomingMessage } from 'node:http';
import { pathOf } from './address.ts';

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
