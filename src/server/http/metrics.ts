import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isApiPath } from '../../lib/address.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Clock } from '../../ports.ts';
import { refusal } from '../graphql/errors.ts';
import { type Handle, sendBody, sendError } from './response.ts';

/** Where Prometheus scrapes. */
export const metricsPath = '/metrics';

/** Answers scrapes that show the token (`Authorization: Bearer …`); null: every scrape. */
export function createMetricsHandle(metrics: Metrics, token: string | null): Handle {
  return async ({ method, headers }, reply) => {
    if (method !== 'GET' && method !== 'HEAD')
      return sendError(reply, 405, refusal('BAD_USER_INPUT', 'Metrics take GET.'), { allow: 'GET, HEAD' });
    if (token !== null && !isShown(headers.authorization, token)) {
      const message = 'Metrics need METRICS_TOKEN as a bearer token.';
      return sendError(reply, 401, refusal('UNAUTHENTICATED', message), { 'www-authenticate': 'Bearer' });
    }
    const { text, contentType } = await metrics.scrape();
    sendBody(reply, 200, text, { 'content-type': contentType, 'cache-control': 'no-store' });
  };
}

function isShown(authorization: string | undefined, token: string): boolean {
  const shown = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(digestOf(shown), digestOf(token));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Notes how long the answer to a request takes. What stays open by design, such as a stream of results, is not noted. */
export function measureRequest(
  { answered }: Metrics,
  { monotonic }: Pick<Clock, 'monotonic'>,
  { request, response, path }: { request: IncomingMessage; response: ServerResponse; path: string },
): void {
  const route = routeOf(path);
  if (route === null) return;
  const startedAt = monotonic();
  response.once('finish', () => {
    const contentType = String(response.getHeader('content-type') ?? '');
    if (/^(text\/event-stream|multipart\/)/.test(contentType)) return;
    const seconds = Math.max(0, monotonic() - startedAt) / 1000;
    answered({ method: methodOf(request), route, status: response.statusCode, seconds });
  });
}

const folders = ['videos', 'assets', 'graphiql', 'docs', 'sandbox'];

/** The route of a path, of a fixed list; null for probes and scrapes, which would outnumber everything else, and for long exports. */
function routeOf(path: string): string | null {
  if (isApiPath(path)) return '/graphql';
  if (path.startsWith('/export/')) return null;
  if (path === '/healthz' || path === '/readyz' || path === metricsPath) return null;
  const folder = folders.find((each) => path.startsWith(`/${each}/`));
  return folder === undefined ? '/{page}' : `/${folder}/{file}`;
}

const methods = new Set(['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'DELETE', 'PATCH']);

/** Anybody may send any word as a method; `_OTHER` is OpenTelemetry's name for the rest. */
function methodOf({ method = '' }: IncomingMessage): string {
  return methods.has(method) ? method : '_OTHER';
}
