import type { IncomingMessage } from 'node:http';
import type { AllowsOrigin } from '../auth/origin.ts';
import { refusal } from '../graphql/errors.ts';
import { type Reply, sendError, sendHead } from './response.ts';

const exposed = 'X-Request-Id, Retry-After, WWW-Authenticate';

const preflightSeconds = '7200';

/** Lets pages of an allowed origin read the response (CORS protocol of the Fetch standard). Browsers hide it from other pages. */
export function setCorsHeaders(request: IncomingMessage, { headers }: Reply, allows: AllowsOrigin): void {
  const { origin } = request.headers;
  headers['vary'] = 'Origin, Accept';
  if (origin === undefined || !allows(request)) return;
  headers['access-control-allow-origin'] = origin;
  headers['access-control-expose-headers'] = exposed;
}

/** Answers a browser's preflight request. Any request header is allowed, because browsers never add tokens on their own. */
export function sendPreflight(request: IncomingMessage, reply: Reply, allows: AllowsOrigin): void {
  const { 'access-control-request-headers': wanted = '' } = request.headers;
  if (!allows(request)) {
    const message = 'Pages of this origin are not allowed; the setting ALLOWED_ORIGINS lists those that are.';
    sendError(reply, 403, refusal('FORBIDDEN', message));
    return;
  }
  sendHead(reply, 204, {
    allow: 'GET, POST, OPTIONS',
    'access-control-allow-methods': 'GET, POST',
    'access-control-max-age': preflightSeconds,
    ...(/^[\w\-, ]+$/.test(wanted) ? { 'access-control-allow-headers': wanted } : {}),
  });
}
