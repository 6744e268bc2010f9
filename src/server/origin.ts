import type { IncomingHttpHeaders } from 'node:http';

/** Whether a Host header names this machine: localhost or a name below it, 127.0.0.0/8 or [::1], with any port. */
export function isLoopbackHost(host: string | undefined): boolean {
  const [, name = ''] = /^(\[[\da-f:]+\]|[^:]+)(?::\d{1,5})?$/i.exec(host ?? '') ?? [];
  return /^((?:[a-z\d-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(name);
}

/** Whether a page of the request's origin may talk to the gateway from a browser. A request without Origin comes from no foreign page. */
export type AllowsOrigin = (headers: IncomingHttpHeaders) => boolean;

/** Allows the gateway's own origin, which is PUBLIC_URL's or whatever host the request was sent to, and those of the list. */
export function createOriginCheck(publicUrl: string, allowedOrigins: readonly string[]): AllowsOrigin {
  const allowed = new Set([new URL(publicUrl).origin, ...allowedOrigins.map((origin) => origin.toLowerCase())]);
  return ({ origin, host }) => {
    if (origin === undefined || allowed.has(origin.toLowerCase())) return true;
    // A proxy in front may have ended TLS, so the scheme is not compared.
    return URL.canParse(origin) && host !== undefined && new URL(origin).host === host.toLowerCase();
  };
}
