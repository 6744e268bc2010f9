import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendError } from './answer.ts';
import { refusal } from './errors.ts';
import type { AllowsOrigin } from './origin.ts';

const exposed = 'X-Request-Id, Retry-After, WWW-Authenticate';
const preflightSeconds = '7200';

/** Lets pages of an allowed origin read the answer (the Fetch standard's CORS protocol); others' browsers keep it from them. */
export function setCorsHeaders(request: IncomingMessage, response: ServerResponse, allows: AllowsOrigin): void {
  const { origin } = request.headers;
  response.setHeader('vary', 'Origin, Accept');
  if (origin === undefined || !allows(request.headers)) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', exposed);
}

/** Answers a browser that asks before it sends a page's request. Header fields are free: a token is shown, never sent by the browser itself. */
export function sendPreflight(request: IncomingMessage, response: ServerResponse, allows: AllowsOrigin): void {
  const { 'access-control-request-headers': wanted = '' } = request.headers;
  if (!allows(request.headers)) {
    const message = 'Pages of this origin are not allowed; the setting ALLOWED_ORIGINS lists those that are.';
    sendError(response, 403, refusal('FORBIDDEN', message));
    return;
  }
  response.writeHead(204, {
    allow: 'GET, POST, OPTIONS',
    'access-control-allow-methods': 'GET, POST',
    'access-control-max-age': preflightSeconds,
    ...(/^[\w\-, ]+$/.test(wanted) ? { 'access-control-allow-headers': wanted } : {}),
  });
  response.end();
}
