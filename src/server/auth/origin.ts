import type { IncomingMessage } from 'node:http';
import { createLogLimit } from '../../lib/log-limit.ts';
import type { Clock, Log } from '../../ports.ts';
import { type Forwarded, readForwarded } from './forwarded.ts';

/** Whether a page of the request's origin may use the gateway from a browser. A request without Origin is not from a foreign page. */
export type AllowsOrigin = (request: IncomingMessage) => boolean;

/** Which pages may use the gateway. */
export interface OriginCheck {
  readonly allows: AllowsOrigin;
  /** Demo mode: why a request may come from a page that is not of this machine, as a sentence; null if it may be answered. */
  readonly foreignIn: (request: IncomingMessage) => string | null;
}

/** The parts that the check needs. */
export type OriginDeps = {
  readonly publicUrl: string;
  readonly allowedOrigins: readonly string[];
  /** Whether the sender of a request is a proxy whose X-Forwarded headers are believed. */
  readonly isProxy: (request: IncomingMessage) => boolean;
  readonly clock: Clock;
  readonly log: Log;
};

const foreignHostMessage =
  'Demo mode answers only to localhost, so that no web page can reach it by a name of its own. ' +
  'Set AUTH_JWT_SECRET or AUTH_JWKS_URL to serve others.';

const foreignPageMessage =
  'Demo mode answers only pages of localhost and of the origins that ALLOWED_ORIGINS lists. ' +
  'Set AUTH_JWT_SECRET or AUTH_JWKS_URL to serve others.';

/** Whether a Host header names this machine: localhost or a subdomain of it, 127.0.0.0/8 or [::1], with any port. */
function isLoopbackHost(host: string | undefined): boolean {
  const [, name = ''] = /^(\[[\da-f:]+\]|[^:]+)(?::\d{1,5})?$/i.exec(host ?? '') ?? [];
  return /^((?:[a-z\d-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(name);
}

/**
 * Allows the gateway's own origin and those of the list. Its own are that of PUBLIC_URL, the request's host, and the host that a proxy
 * forwards. Only proxies can forward a host for a foreign page: a browser asks first before it adds a header, and is refused.
 *
 * In demo mode a forwarded host makes the check stricter and never replaces Host. A page whose name was pointed at this machine (DNS
 * rebinding) can send any header, but Host is always the page's own name.
 */
export function createOriginCheck({ publicUrl, allowedOrigins, isProxy, clock, log }: OriginDeps): OriginCheck {
  const mayLog = createLogLimit(clock);
  const allowed = new Set([new URL(publicUrl).origin, ...allowedOrigins.map((origin) => origin.toLowerCase())]);
  const allowedHosts = new Set([...allowed].map((origin) => new URL(origin).host));

  function allows(request: IncomingMessage): boolean {
    const { origin, host } = request.headers;
    if (origin === undefined || allowed.has(origin.toLowerCase())) return true;
    if (isOwn(origin, host, readForwarded(request, isProxy))) return true;
    const shown = origin.slice(0, longestShown);
    if (mayLog(shown)) log.warn({ origin: shown }, refusedMessage(shown));
    return false;
  }

  return {
    allows,
    foreignIn(request) {
      const { origin, host } = request.headers;
      if (!isLoopbackHost(host)) return foreignHostMessage;
      const { hosts } = readForwarded(request, isProxy);
      if (!hosts.every((each) => isLoopbackHost(each) || allowedHosts.has(each))) return foreignPageMessage;
      // A proxy that replaces Host hides the name by which a page reached it; the page's Origin still shows it.
      return origin === undefined || !isForeignPage(origin) || allows(request) ? null : foreignPageMessage;
    },
  };
}

const longestShown = 200;

/** Whether an origin is the gateway's own, under the name by which the client reached it. */
function isOwn(origin: string, host: string | undefined, { hosts, isSecure }: Forwarded): boolean {
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  // Without a proxy's word the scheme is not compared: a proxy in front may have ended TLS.
  if (isSecure === true && page.protocol === 'http:') return false;
  return page.host === host?.toLowerCase() || hosts.some((each) => hostOf(each, page.protocol) === page.host);
}

/** A host as URLs write it: without the port that its scheme has anyway. Proxies may forward `example.com:443`. */
function hostOf(host: string, protocol: string): string | null {
  const url = `${protocol}//${host}`;
  return /^[\w.:[\]-]+$/.test(host) && URL.canParse(url) ? new URL(url).host : null;
}

/** Whether an origin is that of a page from another machine. Extensions, files and sandboxed frames have origins of other kinds. */
function isForeignPage(origin: string): boolean {
  const url = URL.canParse(origin) ? new URL(origin) : null;
  return url !== null && /^https?:$/.test(url.protocol) && !isLoopbackHost(url.host);
}

function refusedMessage(origin: string): string {
  const remedy = URL.canParse(origin) ? `; ALLOWED_ORIGINS=${origin} would allow it` : ', which no setting can allow';
  return `A page was refused: its origin ${origin} is not allowed${remedy}.`;
}
