import type { IncomingMessage } from 'node:http';
import { userKeyOf } from '../../gateway/viewer.ts';
import type { Refused, Verify } from '../auth/auth-result.ts';
import type { AllowsOrigin } from '../auth/origin.ts';
import type { Recheck } from '../auth/recheck.ts';
import { headerCredentialOf } from '../auth/shown-credential.ts';
import type { Engine } from '../graphql/engine.ts';
import { type ErrorCode, refusal, stoppingMessage } from '../graphql/errors.ts';
import type { RunningOperations } from '../graphql/running-operations.ts';
import { jsonTypeOf, prefersPage, readAccept, responseTypesOf } from './accept.ts';
import type { AnonymousLimit } from './anonymous-limit.ts';
import { sendPreflight, setCorsHeaders } from './cors.ts';
import { isDirect, respondDirectly } from './direct.ts';
import type { Streams } from './event-stream.ts';
import type { ReadParams } from './read-params.ts';
import { type Handle, type Reply, sendBody, sendError } from './response.ts';
import type { HttpOperation } from './status.ts';
import { mayStream, respondByStream } from './stream-operation.ts';

/** The parts that the `/graphql` handler needs. */
export type GraphqlDeps = {
  readonly engine: Engine;
  readonly readParams: ReadParams;
  readonly yoga: (operation: HttpOperation) => Promise<Response>;
  /** Whether requests are answered without yoga where that is possible. */
  readonly direct: boolean;
  readonly verify: Verify;
  readonly anonymousLimit: AnonymousLimit;
  readonly recheck: Recheck;
  readonly streams: Streams;
  readonly allowsOrigin: AllowsOrigin;
  readonly graphiql: Handle;
  readonly isDraining: () => boolean;
  readonly running: RunningOperations;
};

/** Serves `/graphql` over HTTP: GraphiQL to browsers, operations by GET and POST, preflights by OPTIONS. */
export function createGraphqlHandler(deps: GraphqlDeps): Handle {
  const { engine, yoga, direct, readParams, verify, anonymousLimit, recheck, streams } = deps;
  const { allowsOrigin, graphiql, isDraining, running } = deps;
  async function respond(request: IncomingMessage, reply: Reply, requestId: string, end: () => void): Promise<void> {
    setCorsHeaders(request, reply, allowsOrigin);
    const { method = '' } = request;
    const ranges = readAccept(request.headers.accept);
    const accept = responseTypesOf(ranges);
    if (method === 'OPTIONS') return sendPreflight(request, reply, allowsOrigin);
    if (method === 'GET' && prefersPage(ranges)) return graphiql(request, reply, requestId);
    const refuse = (status: number, code: ErrorCode, message: string, headers: Record<string, string> = {}) =>
      sendError(reply, status, refusal(code, message), {
        'content-type': `${jsonTypeOf(accept)}; charset=utf-8`,
        ...headers,
      });

    if (method !== 'GET' && method !== 'POST') {
      return refuse(405, 'BAD_USER_INPUT', 'GraphQL takes GET and POST.', { allow: 'GET, POST, OPTIONS' });
    }
    if (accept.length === 0) {
      return refuse(
        406,
        'BAD_USER_INPUT',
        'Responses are application/graphql-response+json, application/json, text/event-stream or multipart/mixed.',
      );
    }
    if (isDraining()) {
      // A connection that closes with bytes unread is reset, and a proxy might lose the response.
      await readParams(request, null);
      return refuse(503, 'INTERNAL_SERVER_ERROR', stoppingMessage, { 'retry-after': '1' });
    }
    const shown = headerCredentialOf(request);
    const authResult = 'kind' in shown ? shown : await verify(shown.authorization);
    if (authResult.kind !== 'known' && authResult.kind !== 'anonymous') {
      const { status, code, headers } = refusedResponses[authResult.kind];
      return refuse(status, code, authResult.message, headers);
    }
    const waitSeconds = authResult.kind === 'anonymous' ? anonymousLimit(request) : 0;
    if (waitSeconds > 0) {
      const message = `Too many requests without a token from this address; try again in ${waitSeconds} s.`;
      return refuse(429, 'RATE_LIMITED', message, { 'retry-after': String(waitSeconds) });
    }
    const params = await readParams(request, authResult.kind === 'known' ? userKeyOf(authResult.viewer) : null);
    if ('status' in params) {
      return refuse(
        params.status,
        params.code ?? 'BAD_USER_INPUT',
        params.message,
        params.status === 413 ? { connection: 'close' } : {},
      );
    }
    const session = authResult.kind === 'known' ? recheck.sessionOf(authResult, request.headers.authorization) : null;
    const viewer = session?.viewer ?? null;
    const operation = { method, accept, params, viewer, requestId, ...lastEventOf(request) };
    if (mayStream(operation)) return respondByStream({ engine, streams }, operation, { reply, session, end });
    if (direct && isDirect(operation)) {
      const { status, headers, body } = await respondDirectly(engine, operation);
      return sendBody(reply, status, body, { 'cache-control': 'no-store', ...headers });
    }
    await send(await yoga(operation), reply);
  }

  return async (request, reply, requestId) => {
    const end = running.begin();
    try {
      await respond(request, reply, requestId, end);
    } finally {
      end();
    }
  };
}

/** Where a client that reconnects to a stream left off. An EventSource sends it by itself. */
function lastEventOf({ headers }: IncomingMessage): Pick<HttpOperation, 'lastEventId'> {
  const lastEventId = headers['last-event-id'];
  return typeof lastEventId === 'string' && lastEventId !== '' ? { lastEventId } : {};
}

type RefusedResponse = { readonly status: number; readonly code: ErrorCode; readonly headers: Record<string, string> };

/** How each refusal of a token is answered. */
export const refusedResponses: Readonly<Record<Refused['kind'], RefusedResponse>> = {
  expired: unauthenticated('The token has expired'),
  invalid: unauthenticated('The token is not valid'),
  forbidden: { status: 403, code: 'FORBIDDEN', headers: {} },
  unavailable: { status: 503, code: 'INTERNAL_SERVER_ERROR', headers: { 'retry-after': '5' } },
};

/** The response to an unusable bearer token (RFC 6750, section 3). */
function unauthenticated(description: string): RefusedResponse {
  const headers = { 'www-authenticate': `Bearer error="invalid_token", error_description="${description}"` };
  return { status: 401, code: 'UNAUTHENTICATED', headers };
}

/** Sends yoga's response. */
async function send(yogaResponse: Response, reply: Reply): Promise<void> {
  const headers = Object.fromEntries(yogaResponse.headers);
  sendBody(reply, yogaResponse.status, await yogaResponse.text(), { 'cache-control': 'no-store', ...headers });
}
