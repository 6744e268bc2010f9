import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../../schema/context.ts';
import type { Subject } from '../../gateway/gateway.ts';
import { type ErrorCode, withExtensions } from '../graphql/errors.ts';
import type { Request } from '../graphql/guards.ts';
import type { Params } from '../graphql/params.ts';
import type { ResponseType } from './accept.ts';

/**
 * An operation over HTTP. `accept` lists the types that its response may have, the preferred first. Failures are logged with `requestId`.
 */
export type HttpOperation = {
  readonly method: string;
  readonly accept: readonly ResponseType[];
  readonly params: Params;
  readonly viewer: Subject | null;
  readonly requestId: string;
  /** The id of the last event that a client received before it reconnected. */
  readonly lastEventId?: string;
};

/** The context of a request over HTTP, whose parameters have been read. */
export type HttpContext = Pick<Context, 'gateway'> & Request & { readonly requestId: string };

/** Returns the public form of an error; a masked one is logged under the request id. */
export type Publish = (error: GraphQLError, requestId: string) => GraphQLError;

/** Gives yoga the parameters that were read, publishes the errors of every result, and sets the status of refused requests. */
export function createHttpResults(publish: Publish) {
  return {
    onRequestParse({ serverContext, setRequestParser }) {
      setRequestParser(() => serverContext.params);
    },
    onResultProcess({ result, setResult, serverContext: { requestId } }) {
      // Batches and subscriptions never reach yoga.
      if (Array.isArray(result) || Symbol.asyncIterator in result) return;
      setResult(httpResultOf(result, (error) => publish(error, requestId)));
    },
  } satisfies Plugin<object, HttpContext>;
}

/** A status with its headers. `spec`: only clients that accept application/graphql-response+json get it, others get 200. */
export type HttpError = {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly spec?: boolean;
};

const badRequest: HttpError = { status: 400, spec: true };

/** The response to a refused request, by the code of its error (GraphQL over HTTP, draft of 2025, section 6.4). */
const httpErrors: Readonly<Record<ErrorCode, HttpError>> = {
  GRAPHQL_PARSE_FAILED: badRequest,
  GRAPHQL_VALIDATION_FAILED: badRequest,
  BAD_USER_INPUT: badRequest,
  NOT_FOUND: { status: 404, spec: true },
  UNAUTHENTICATED: { status: 401, headers: { 'www-authenticate': 'Bearer' } },
  FORBIDDEN: { status: 403 },
  RATE_LIMITED: { status: 429 },
  PERSISTED_QUERY_NOT_FOUND: { status: 200 },
  INTERNAL_SERVER_ERROR: { status: 500 },
};

/** A result with public errors. Where there is no data, each error carries its status for yoga in `extensions.http`. */
function httpResultOf(result: ExecutionResult, publish: (error: GraphQLError) => GraphQLError): ExecutionResult {
  if (result.errors === undefined) return result;
  const refused = !('data' in result);
  const errors = result.errors.map((error) => {
    const published = publish(error);
    const http = httpErrorOf(error, published);
    return refused ? withExtensions(published, { ...published.extensions, http }) : published;
  });
  return { ...result, errors };
}

/** The status and headers for an error in a result without data; `published` is its public form. */
export function httpErrorOf(error: GraphQLError, published: GraphQLError): HttpError {
  const { http } = error.extensions;
  if (http !== undefined) return http;
  const { extensions } = published;
  // Published errors have one of our codes.
  const byCode = httpErrors[extensions['code'] as ErrorCode];
  const { retryAfterSeconds } = extensions;
  return retryAfterSeconds === undefined
    ? byCode
    : { ...byCode, headers: { 'retry-after': String(retryAfterSeconds) } };
}
