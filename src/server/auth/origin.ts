import type { IncomingHttpHeaders } from 'node:http';
import { createLogLimit } from '../../lib/log-limit.ts';
import type { Clock, Log } from '../../ports.ts';

/** The error in demo mode for a Host that is not this machine. */
export const foreignHostMessage =
  'Demo mode answers only to localhost, so that no web page can reach it by a name of its own. ' +
  'Set AUTH_JWT_SECRET or AUTH_JWKS_URL to serve others.';

/** Whether a Host header names this machine: localhost or a subdomain of it, 127.0.0.0/8 or [::1], with any port. */
export function isLoopbackHost(host: string | undefined): boolean {
  const [, name = ''] = /^(\[[\da-f:]+\]|[^:]+)(?::\d{1,5})?$/i.exec(host ?? '') ?? [];
  return /^((?:[a-z\d-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(name);
}

/** Whether a page of the request's origin may use the gateway from a browser. A request without Origin is not from a foreign page. */
export type AllowsOrigin = (headers: IncomingHttpHeaders) => boolean;

/** Allows the gateway's own origin (that of PUBLIC_URL, or the request's host) and those of the list. */
export function createOriginCheck(
  publicUrl: string,
  allowedOrigins: readonly string[],
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): AllowsOrigin {
  const mayLog = createLogLimit(clock);
  const allowed = new Set([new URL(publicUrl).origin, ...allowedOrigins.map((origin) => origin.toLowerCase())]);
  return ({ origin, host }) => {
    if (origin === undefined || allowed.has(origin.toLowerCase())) return true;
    // A proxy in front may have ended TLS, so the scheme is not compared.
    if (URL.canParse(origin) && host !== undefined && new URL(origin).host === host.toLowerCase()) return true;
    const shown = origin.slice(0, longestShown);
    if (mayLog(shown)) log.warn({ origin: shown }, refusedMessage(shown));
    return false;
  };
}

const longestShown = 200;

function refusedMessage(origin: string): string {
  const remedy = URL.canParse(origin) ? `; ALLOWED_ORIGINS=${origin} would allow it` : ', which no setting can allow';
  return `A page was refused: its origin ${origin} is not allowed${remedy}.`;
}
