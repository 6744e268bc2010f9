/**
 * Why a request brought no result: a code of the gateway (docs/errors.md lists them), or `NETWORK` if no usable response came.
 * Expected failures, such as missing credits, are results and not errors.
 */
export type ErrorCode =
  | 'BAD_USER_INPUT'
  | 'FORBIDDEN'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'INTERNAL_SERVER_ERROR'
  | 'NETWORK'
  | 'NOT_FOUND'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'RATE_LIMITED'
  | 'UNAUTHENTICATED';

/** What the gateway says of an error in `errors`. */
export type ResponseError = {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
};

/** A request that brought no result. `retryAfterSeconds`: how long the gateway asks to wait; null if it does not say. */
export class ReelgateError extends Error {
  override readonly name = 'ReelgateError';
  readonly code: ErrorCode;
  readonly retryAfterSeconds: number | null;
  constructor(code: ErrorCode, message: string, more: { cause?: unknown; retryAfterSeconds?: number | null } = {}) {
    super(message, { cause: more.cause });
    this.code = code;
    this.retryAfterSeconds = more.retryAfterSeconds ?? null;
  }
}

/** An error of the gateway as one to throw. */
export function errorOf(errors: readonly ResponseError[], retryAfterSeconds: number | null = null): ReelgateError {
  const [first] = errors;
  // A gateway names one of the documented codes; a proxy in between names none.
  const code = (first?.extensions?.['code'] ?? 'INTERNAL_SERVER_ERROR') as ErrorCode;
  return new ReelgateError(code, first?.message ?? 'The gateway sent no reason.', { cause: errors, retryAfterSeconds });
}

/** Whether the same request may succeed a moment later. */
export function isPassing(error: unknown): boolean {
  const passing: readonly string[] = ['INTERNAL_SERVER_ERROR', 'NETWORK', 'RATE_LIMITED'];
  return error instanceof ReelgateError && passing.includes(error.code);
}

/** The error of a GraphQL response without data; null if it has data. */
export function failureIn(result: { readonly data?: unknown; readonly errors?: readonly ResponseError[] }) {
  const { data, errors = [] } = result;
  return errors.length > 0 && (data === null || data === undefined) ? errorOf(errors) : null;
}
