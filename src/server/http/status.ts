import type { ExecutionResult, GraphQLError } from 'graphql';
import { mapAsyncIterator, type Plugin, processRegularResult } from 'graphql-yoga';
import type { Context } from '../../../schema/context.ts';
import type { Subject } from '../../gateway/gateway.ts';
import { type ErrorCode, withExtensions } from '../graphql/errors.ts';
import type { Request } from '../graphql/guards.ts';
import type { Params } from '../graphql/params.ts';
import { plainJson } from './accept.ts';

/** An operation that came over HTTP. `accept` lists media types, the most wanted first; `requestId` stands in the log where it fails. */
export type HttpOperation = {
  readonly method: string;
  readonly accept: readonly string[];
  readonly params: Params;
  readonly viewer: Subject | null;
  readonly requestId: string;
};

/** What a request that came over HTTP brings along; its parameters have been read. */
export type HttpContext = Pick<Context, 'gateway'> & Request & { readonly requestId: string };

/** Makes an error public under a request id. */
export type Publish = (error: GraphQLError, requestId: string) => GraphQLError;

/** Lets yoga take the parameters as they were read, publishes the errors of every result, and tells by status what was refused. */
export function createHttpResults(publish: Publish) {
  return {
    onRequestParse({ serverContext, setRequestParser }) {
      setRequestParser(() => serverContext.params);
    },
    onResultProcess({ result, setResult, resultProcessor, setResultProcessor, serverContext: { requestId } }) {
      const resultOf = (each: ExecutionResult) => httpResultOf(each, (error) => publish(error, requestId));
      if (Symbol.asyncIterator in result) return setResult(mapAsyncIterator(result, resultOf));
      // There are no batches.
      if (Array.isArray(result)) return;
      const published = resultOf(result);
      setResult(published);
      // A stream of events has no status to tell by: what was refused is answered with JSON, whatever was accepted.
      if (isRefused(published) && resultProcessor !== processRegularResult) {
        setResultProcessor(processRegularResult, plainJson);
      }
    },
  } satisfies Plugin<object, HttpContext>;
}

/** Of a status: the header fields that go with it; `spec`: only for clients that take application/graphql-response+json, others get a 200. */
export type HttpError = {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly spec?: boolean;
};

const badRequest: HttpError = { status: 400, spec: true };

/** How a request is answered that was refused whole, by the code of its error (GraphQL over HTTP, draft of 2025, section 6.4). */
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

/** A result with public errors, each telling yoga the status that it calls for where there is no data. */
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

/** Whether the status says what no event could: that the request itself was turned away. */
function isRefused(result: ExecutionResult): boolean {
  return result.errors?.some(({ extensions: { http } }) => http !== undefined && http.spec !== true) ?? false;
}

/** How a request is answered because of an error, where there is no data; `published` is the error as it goes out. */
export function httpErrorOf(error: GraphQLError, published: GraphQLError): HttpError {
  const { http } = error.extensions;
  if (http !== undefined) return http;
  const { extensions } = published;
  // Published errors have one of our codes.
  const answer = httpErrors[extensions['code'] as ErrorCode];
  const { retryAfterSeconds } = extensions;
  return retryAfterSeconds === undefined
    ? answer
    : { ...answer, headers: { 'retry-after': String(retryAfterSeconds) } };
}
