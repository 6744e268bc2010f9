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

/** What `extensions.code` says of an error outside the result unions: one of these, over every transport. */
export type ErrorCode = (typeof codes)[number];

const maskedMessage = 'Something went wrong on our side. Quote the request id when you report it.';

/** How a client is told; over HTTP, `http` overrides the status that follows from the code. */
type RefusalExtensions = {
  readonly retryAfterSeconds?: number;
  readonly http?: { readonly status: number; readonly headers?: Record<string, string> };
};

/** An error that tells the client why; its message is a sentence for a person. */
export function refusal(code: ErrorCode, message: string, extensions: RefusalExtensions = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { ...extensions, code } });
}

/** The same error with a code, where it has none. */
export function coded(error: GraphQLError, code: ErrorCode): GraphQLError {
  if (error.extensions['code'] !== undefined) return error;
  return withExtensions(error, { ...error.extensions, code });
}

/** Tells the operator of an error whole, and answers the request id under which the log has it. */
export type Report = (error: GraphQLError) => string;

/** The error as it goes out: with a code always, and masked where it is not the client's to know. */
export function publicErrorOf(error: GraphQLError, report: Report): GraphQLError {
  const code = codeOf(error);
  if (code === 'INTERNAL_SERVER_ERROR') return withExtensions(error, { code, requestId: report(error) }, maskedMessage);
  // What yoga notes for HTTP is for nobody else.
  const { http: _, ...extensions } = error.extensions;
  return withExtensions(error, { ...extensions, code }, withoutSuggestion(error.message));
}

/** graphql-js ends what it says of an unknown name with others that are like it: for tools, which have the whole schema anyway. */
function withoutSuggestion(message: string): string {
  const at = message.lastIndexOf(' Did you mean ');
  return at > 0 && message.endsWith('?') ? message.slice(0, at) : message;
}

/** Any thrown thing as a GraphQL error; one that is none of ours is masked on its way out. */
export function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}

/** The same error at the same place with other extensions, and without what caused it. */
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
  // What is left comes from the executor: without a path about the request, with one about an argument or, at a field, about our resolver.
  if (error.path === undefined) return 'BAD_USER_INPUT';
  return error.nodes?.every(({ kind }) => kind === Kind.FIELD) === false ? 'BAD_USER_INPUT' : 'INTERNAL_SERVER_ERROR';
}

/** A variable that could not be coerced; the cause may be an error of our scalar, but it speaks of the client's value. */
function isAboutVariables({ path, nodes = [] }: GraphQLError): boolean {
  return path === undefined && nodes.length > 0 && nodes.every(({ kind }) => kind === Kind.VARIABLE_DEFINITION);
}

function causeOf(error: Error): Error {
  return error instanceof GraphQLError && error.originalError !== undefined ? causeOf(error.originalError) : error;
}
