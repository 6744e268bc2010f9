import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Clock, Log } from '../ports.ts';
import { pathOf, sendError, sendJson } from './answer.ts';
import { type Dashboard, isDashboardPath } from './dashboard.ts';
import { within } from './deadline.ts';
import { asGraphQLError, publicErrorOf, refusal } from './errors.ts';
import type { Handle } from './graphql.ts';
import { isLoopbackHost } from './origin.ts';

/** What the HTTP side is made of. */
export type HttpParts = {
  readonly graphql: Handle;
  /** Serves what GraphiQL's page loads, below /graphiql/. */
  readonly assets: Handle;
  readonly dashboard: Dashboard;
  /** Serves what is below /sandbox/. */
  readonly sandbox: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Rejects where the database cannot be written to. */
  readonly ready: () => Promise<void>;
  readonly isDraining: () => boolean;
  /** Demo mode: only this machine's own names are answered to. */
  readonly loopbackOnly: boolean;
  readonly clock: Clock;
  readonly log: Log;
};

const readyWithinMs = 2000;

/** Sends each request to where its path belongs. Every answer carries a request id and the headers that tell browsers to be careful. */
export function createListener(parts: HttpParts): RequestListener {
  const { isDraining, clock, log } = parts;
  return (request, response) => {
    const requestId = requestIdOf(request, clock);
    const path = pathOf(request.url);
    setSafetyHeaders(response, path);
    response.setHeader('x-request-id', requestId);
    if (isDraining()) response.setHeader('connection', 'close');
    route(parts, path)(request, response, requestId).catch((error: unknown) => {
      // Whoever went away cannot be answered, and what broke because of that is no fault of ours.
      if (response.destroyed) return;
      const masked = publicErrorOf(asGraphQLError(error), () => requestId);
      log.error({ err: error, requestId }, 'A request could not be answered.');
      if (response.headersSent) response.destroy();
      else sendError(response, 500, masked);
    });
  };
}

function route(parts: HttpParts, path: string): Handle {
  if (path === '/healthz') return health;
  if (path === '/readyz') return (_, response) => readiness(parts, response);
  return async (request, response, requestId) => {
    if (parts.loopbackOnly && !isLoopbackHost(request.headers.host)) return sendForeignHost(response);
    if (path === '/graphql') return parts.graphql(request, response, requestId);
    if (path.startsWith('/graphiql/')) return parts.assets(request, response, requestId);
    if (path.startsWith('/sandbox/')) return parts.sandbox(request, response);
    if (path.startsWith('/assets/')) return parts.dashboard.assets(request, response, requestId);
    if (isDashboardPath(path)) return parts.dashboard.page(request, response, requestId);
    sendError(response, 404, refusal('NOT_FOUND', 'There is nothing here; the API is at /graphql.'));
  };
}

/** Its own where it is sane, so that a client finds its request in our log; else a new one. */
function requestIdOf({ headers }: IncomingMessage, clock: Clock): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : clock.newId();
}

function setSafetyHeaders(response: ServerResponse, path: string): void {
  // A video that is opened by itself is played in a page that the browser makes, and may load it.
  const policy = path.startsWith('/sandbox/') ? "frame-ancestors 'none'" : "default-src 'none'; frame-ancestors 'none'";
  response.setHeader('content-security-policy', policy);
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('x-content-type-options', 'nosniff');
}

/** What a demo gateway tells whoever reached it by a name that is not this machine's. */
export const foreignHostMessage =
  'Demo mode answers only to localhost, so that no web page can reach it by a name of its own. Set AUTH_JWT_SECRET or AUTH_JWKS_URL to serve others.';

async function sendForeignHost(response: ServerResponse): Promise<void> {
  sendError(response, 403, refusal('FORBIDDEN', foreignHostMessage));
}

async function health(_: IncomingMessage, response: ServerResponse): Promise<void> {
  sendJson(response, 200, { status: 'ok' });
}

async function readiness({ ready, isDraining, clock, log }: HttpParts, response: ServerResponse): Promise<void> {
  if (isDraining()) return sendNotReady(response, 'The gateway is shutting down.');
  const trouble = await within(troubleOf(ready), readyWithinMs, clock);
  if (trouble === null) return sendJson(response, 200, { status: 'ready' });
  log.warn({ err: trouble }, 'Not ready.');
  sendNotReady(response, trouble === 'late' ? 'The database does not answer.' : 'The database cannot be written to.');
}

async function troubleOf(ready: HttpParts['ready']): Promise<unknown> {
  try {
    await ready();
    return null;
  } catch (error) {
    return error;
  }
}

function sendNotReady(response: ServerResponse, reason: string): void {
  sendJson(response, 503, { status: 'not ready', reason }, { 'retry-after': '5' });
}
