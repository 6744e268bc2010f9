import { GraphQLError, type GraphQLErrorExtensions, Kind } from 'graphql';

const codes = [
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'RATE_LIMITED',
  'PERSISTED_QUERY_NOT_FOUND',
  'INTERNAL_SERVER_ERROR',
] as const;

/** The `extensions.code` of an error outside the result unions, over every transport. */
export type ErrorCode = (typeof codes)[number];

/** The message of every refusal while the gateway is stopping. */
export const stoppingMessage = 'The gateway is shutting down; try again.';

const maskedMessage = 'Something went wrong on our side. Quote the request id when you report it.';

/** Details for the client. Over HTTP, `http` overrides the status of the code. */
type RefusalExtensions = {
  readonly retryAfterSeconds?: number;
  readonly http?: { readonly status: number; readonly headers?: Record<string, string> };
};

/** An error for the client; its message is a sentence for a person. */
export function refusal(code: ErrorCode, message: string, extensions: RefusalExtensions = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { ...extensions, code } });
}

/** Refuses an operation because the gateway is stopping. Nothing was stored, so the client may send it again. */
export function stoppingRefusal(): GraphQLError {
  const http = { status: 503, headers: { 'retry-after': '1' } };
  return refusal('INTERNAL_SERVER_ERROR', stoppingMessage, { retryAfterSeconds: 1, http });
}

/** The same error, with this code unless it already has one. */
export function coded(error: GraphQLError, code: ErrorCode): GraphQLError {
  if (error.extensions['code'] !== undefined) return error;
  return withExtensions(error, { ...error.extensions, code });
}

/** The same error with a code and without its nodes, which would keep the whole document in memory. */
export function plainErrorOf(error: GraphQLError, code: ErrorCode): GraphQLError {
  const { message, source, positions, extensions } = error;
  return coded(new GraphQLError(message, { source, positions, extensions }), code);
}

/** Logs an error in full and returns the request id of the log line. */
export type Report = (error: GraphQLError) => string;

/** The public form of an error: it always has a code, and internal errors are masked. */
export function publicErrorOf(error: GraphQLError, report: Report, suggests = true): GraphQLError {
  const code = codeOf(error);
  const isRetryable = error.extensions['retryAfterSeconds'] !== undefined;
  if (code === 'INTERNAL_SERVER_ERROR' && !isRetryable)
    return withExtensions(error, { code, requestId: report(error) }, maskedMessage);
  // `http` is for yoga, not for clients.
  const { http: _, ...extensions } = error.extensions;
  return withExtensions(error, { ...extensions, code }, suggests ? error.message : withoutSuggestion(error.message));
}

/** graphql-js ends its message on an unknown name with suggestions. Where only known documents may run, they would reveal the schema. */
function withoutSuggestion(message: string): string {
  const at = message.lastIndexOf(' Did you mean ');
  return at > 0 && message.endsWith('?') ? message.slice(0, at) : message;
}

/** Anything thrown, as a GraphQL error. Unexpected errors are masked before they are sent. */
export function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}

/** The same error at the same place with other extensions, and without its cause. */
export function withExtensions(
  error: GraphQLError,
  extensions: GraphQLErrorExtensions,
  message = error.message,
): GraphQLError {
  const { nodes = null, source, positions, path } = error;
  return new GraphQLError(message, { nodes, source, positions, path, extensions });
}

function codeOf(error: GraphQLError): ErrorCode {
  const given = codes.find((code) => code === error.extensions['code']);
  if (given !== undefined) return given;
  if (isAboutVariables(error)) return 'BAD_USER_INPUT';
  if (!(causeOf(error) instanceof GraphQLError)) return 'INTERNAL_SERVER_ERROR';
  // The rest comes from the executor: without a path it concerns the request; with one an argument or, at a field, our resolver.
  if (error.path === undefined) return 'BAD_USER_INPUT';
  return error.nodes?.every(({ kind }) => kind === Kind.FIELD) === false ? 'BAD_USER_INPUT' : 'INTERNAL_SERVER_ERROR';
}

/** Whether a variable could not be coerced. The cause may be an error of our scalar, but it is about the client's value. */
function isAboutVariables({ path, nodes = [] }: GraphQLError): boolean {
  return path === undefined && nodes.length > 0 && nodes.every(({ kind }) => kind === Kind.VARIABLE_DEFINITION);
}

function causeOf(error: Error): Error {
  return error instanceof GraphQLError && error.originalError !== undefined ? causeOf(error.originalError) : error;
}
