import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { isApiPath, pathOf } from '../lib/address.ts';
import { isOwnPath } from '../lib/base-path.ts';
import { withTimeout } from '../lib/timeout.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Clock, Log } from '../ports.ts';
import type { OriginCheck } from './auth/origin.ts';
import { asGraphQLError, publicErrorOf, refusal } from './graphql/errors.ts';
import { exportPath } from './http/export.ts';
import { createMetricsHandle, measureRequest, metricsPath } from './http/metrics.ts';
import { type Handle, type Reply, sendBody, sendError, sendJson } from './http/response.ts';
import { type Dashboard, isDashboardPath } from './page/dashboard.ts';
import { isDocsPath } from './page/docs.ts';
import { notFound } from './page/not-found.ts';
import { videosPath } from './video/address.ts';

/** The parts that the HTTP side needs. `base`: the path of PUBLIC_URL, such as `/reelgate`, or ''. */
export type HttpDeps = {
  readonly base: string;
  readonly graphql: Handle;
  /** Serves the files of GraphiQL's page, below /graphiql/. */
  readonly assets: Handle;
  readonly dashboard: Dashboard;
  /** Serves the documentation, at /docs and below. */
  readonly docs: Handle;
  /** Returns the schema as SDL text. */
  readonly sdl: () => string;
  /** Serves the provider sandbox, below /sandbox/. */
  readonly sandbox: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Serves exports to admins, below /export/. */
  readonly exports: Handle;
  /** Serves videos, below /videos/; null where the gateway serves none. */
  readonly videos: Handle | null;
  /** Counts requests; null: nothing does. Scrapes need the token; null: there are none on this port. */
  readonly metrics: { readonly recorder: Metrics; readonly token: string | null } | null;
  /** Rejects where the database cannot be written to. */
  readonly ready: () => Promise<void>;
  /** Whether the gateway is going to stop: it is not ready, and asks clients to close their connections. */
  readonly isLeaving: () => boolean;
  /** Demo mode: why a request is refused that may come from a foreign page; null where it is answered. Null: other modes. */
  readonly foreignIn: OriginCheck['foreignIn'] | null;
  readonly clock: Clock;
  readonly log: Log;
};

const readyWithinMs = 2000;

/** Routes each request by its path. Every response has a request id and security headers for browsers. */
export function createListener(deps: HttpDeps): RequestListener {
  const { base, isLeaving, metrics, clock, log } = deps;
  return (request, response) => {
    const requestId = requestIdOf(request);
    const path = pathOf(request.url);
    if (metrics !== null) measureRequest(metrics.recorder, clock, { request, response, path });
    const headers: Record<string, string> = { 'x-request-id': requestId, ...safetyOf(path) };
    if (isLeaving()) headers['connection'] = 'close';
    const reply = { response, headers, base };
    route(deps, path)(request, reply, requestId).catch((error: unknown) => {
      // The client has disconnected; errors that follow from that are not faults.
      if (response.destroyed) return;
      const masked = publicErrorOf(asGraphQLError(error), () => requestId);
      log.error({ err: error, requestId }, 'A request could not be answered.');
      if (response.headersSent) response.destroy();
      else sendError(reply, 500, masked);
    });
  };
}

function route(deps: HttpDeps, path: string): Handle {
  const isServed = path === '/' || isOwnPath(path);
  if (isServed && path === '/healthz') return health;
  if (isServed && path === '/readyz') return (_, reply) => readiness(deps, reply);
  if (isServed && path === metricsPath && deps.metrics !== null && deps.metrics.token !== null)
    return createMetricsHandle(deps.metrics.recorder, deps.metrics.token);
  return async (request, reply, requestId) => {
    const foreign = deps.foreignIn?.(request) ?? null;
    if (foreign !== null) return sendError(reply, 403, refusal('FORBIDDEN', foreign), { vary: 'Origin, Accept' });
    if (!isServed) return notFound(request, reply, requestId);
    if (isApiPath(path)) return deps.graphql(request, reply, requestId);
    if (path === '/schema.graphql') return sendSchema(request, reply, deps.sdl);
    if (path.startsWith('/graphiql/')) return deps.assets(request, reply, requestId);
    if (deps.videos !== null && path.startsWith(videosPath)) return deps.videos(request, reply, requestId);
    if (path.startsWith(exportPath)) return deps.exports(request, reply, requestId);
    if (path.startsWith('/sandbox/')) return deps.sandbox(request, withHeadersSet(reply));
    if (path.startsWith('/assets/')) return deps.dashboard.assets(request, reply, requestId);
    if (isDocsPath(path)) return deps.docs(request, reply, requestId);
    if (isDashboardPath(path)) return deps.dashboard.page(request, reply, requestId);
    return notFound(request, reply, requestId);
  };
}

/** The client's own id where it is well formed, so that a client finds its request in our log; else a new one. */
function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}

const safety = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** A browser plays a video that is opened directly in a page of its own, which must be able to load it. */
const sandboxSafety = { ...safety, 'content-security-policy': "frame-ancestors 'none'" };

function safetyOf(path: string): Readonly<Record<string, string>> {
  return path.startsWith('/sandbox/') ? sandboxSafety : safety;
}

/** The response with its common headers set, for handlers that know only node's response. */
function withHeadersSet({ response, headers }: Reply): ServerResponse {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  return response;
}

/** Sends the schema to code generators and people. It needs no token, as introspection needs none. */
function sendSchema({ method }: IncomingMessage, reply: Reply, sdl: () => string): void {
  if (method !== 'GET' && method !== 'HEAD') {
    const refused = refusal('BAD_USER_INPUT', `The schema takes GET; the API is at ${reply.base}/graphql.`);
    sendError(reply, 405, refused, { allow: 'GET, HEAD' });
    return;
  }
  sendBody(reply, 200, sdl(), { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' });
}

async function health(_: IncomingMessage, reply: Reply): Promise<void> {
  sendJson(reply, 200, { status: 'ok' });
}

async function readiness({ ready, isLeaving, clock, log }: HttpDeps, reply: Reply): Promise<void> {
  if (isLeaving()) return sendNotReady(reply, 'The gateway is shutting down.');
  const fault = await withTimeout(faultOf(ready), readyWithinMs, clock);
  if (fault === null) return sendJson(reply, 200, { status: 'ready' });
  log.warn({ err: fault }, 'Not ready.');
  sendNotReady(reply, fault === 'late' ? 'The database does not answer.' : 'The database cannot be written to.');
}

async function faultOf(ready: HttpDeps['ready']): Promise<unknown> {
  try {
    await ready();
    return null;
  } catch (error) {
    return error;
  }
}

function sendNotReady(reply: Reply, reason: string): void {
  sendJson(reply, 503, { status: 'not ready', reason }, { 'retry-after': '5' });
}
