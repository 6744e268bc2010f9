import { errorOf, isPassing, ReelgateError, type ResponseError } from './error.ts';
import { bearer, type Tokens } from './token.ts';
import { backoffMs, follow, wait } from './wait.ts';

const timeoutMs = 30_000;

/** How often a request is sent whose response was lost. */
const attempts = 4;

/** A GraphQL response. */
export type Result = { readonly data?: unknown; readonly errors?: readonly ResponseError[] };

/** Where the gateway is, with what token, and by which `fetch`. */
export type Connection = { readonly url: string; readonly tokens: Tokens; readonly fetch: typeof globalThis.fetch };

/** An operation and its variables. */
export type Operation = { readonly query: string; readonly variables?: Readonly<Record<string, unknown>> | undefined };

const unusableToken = 'This is no token. If it is a page, check `response.ok`.';

/** `fetch` with the token. After a 401, one more time with a fresh one. */
export async function fetchWithToken(
  { tokens, fetch }: Connection,
  input: Parameters<typeof globalThis.fetch>[0],
  init: RequestInit = {},
): Promise<Response> {
  const request = typeof input === 'object' && 'headers' in input ? input : null;
  for (let isRenewed = false; ; isRenewed = true) {
    const token = await tokens.read();
    const headers = new Headers(init.headers ?? request?.headers);
    try {
      if (token !== null) headers.set('authorization', bearer(token));
    } catch (cause) {
      tokens.refuse(token);
      throw new ReelgateError('UNAUTHENTICATED', unusableToken, { cause });
    }
    // The body of a request can be read once.
    const response = await fetch(request?.clone() ?? input, { ...init, headers });
    if (response.status !== 401 || isRenewed || !tokens.isRenewable) return response;
    tokens.refuse(token);
    await response.body?.cancel();
  }
}

/** Posts an operation. `accept`: the form of the response. */
export function post(
  connection: Connection,
  { query, variables = {} }: Operation,
  more: { readonly accept: string; readonly signal: AbortSignal },
): Promise<Response> {
  return fetchWithToken(connection, connection.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: more.accept },
    body: JSON.stringify({ query, variables }),
    signal: more.signal,
  });
}

/** Whether a response is JSON, and not a page of a proxy. */
export function isJson(response: Response): boolean {
  return /[/+]json/.test(response.headers.get('content-type') ?? '');
}

/** How many seconds the response asks to wait; null if it does not say. */
export function retryAfterOf(response: Response): number | null {
  const seconds = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  return seconds >= 0 ? seconds : null;
}

/**
 * Runs a query, or a mutation that is safe to repeat, and returns its data. Repeats it while no usable response comes, four times in all.
 * Throws a ReelgateError. `lost`: called before a repetition, if the gateway may have acted on the request.
 */
export async function request(
  connection: Connection,
  operation: Operation,
  signal?: AbortSignal,
  lost?: () => void,
): Promise<unknown> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await requestOnce(connection, operation, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (!isPassing(error) || attempt + 1 >= attempts || !(error instanceof ReelgateError)) throw error;
      // Whoever waits for an answer is told of a longer pause, instead of waiting for it.
      if ((error.retryAfterSeconds ?? 0) > 5) throw error;
      if (error.code !== 'RATE_LIMITED') lost?.();
      await wait(Math.max(backoffMs(attempt), 1000 * (error.retryAfterSeconds ?? 0)), signal);
      signal?.throwIfAborted();
    }
  }
}

/** The same, sent once. */
export async function requestOnce(
  connection: Connection,
  operation: Operation,
  signal?: AbortSignal,
): Promise<unknown> {
  const controller = new AbortController();
  const unfollow = follow(signal, controller);
  const timer = setTimeout(() => controller.abort(new Error('No response came within 30 s.')), timeoutMs);
  try {
    const accept = 'application/graphql-response+json, application/json';
    const response = await post(connection, operation, { accept, signal: controller.signal });
    const retryAfterSeconds = retryAfterOf(response);
    if (!isJson(response)) {
      throw new ReelgateError('NETWORK', `The response has the status ${response.status}.`, { retryAfterSeconds });
    }
    // The gateway's responses have this shape; callers know their own data.
    const { data, errors } = (await response.json()) as Result;
    if (errors !== undefined && errors.length > 0) throw errorOf(errors, retryAfterSeconds);
    return data;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ReelgateError) throw error;
    throw new ReelgateError('NETWORK', 'The gateway cannot be reached.', { cause: error });
  } finally {
    clearTimeout(timer);
    unfollow();
  }
}
