import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Engine } from '../graphql/engine.ts';
import type { Params } from '../graphql/params.ts';
import { isJson, jsonTypeOf, plainJson } from './accept.ts';
import { type HttpOperation, httpErrorOf } from './status.ts';

/** A whole HTTP response. Header names are in lower case. */
export type HttpResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/**
 * Whether a request can be answered without yoga: a POST whose client prefers JSON, and no subscription. A document that merely contains
 * the word "subscription" takes a longer way, too.
 */
export function isDirect({ method, accept: [preferred], params }: HttpOperation): boolean {
  return method === 'POST' && preferred !== undefined && isJson(preferred) && !mayHoldSubscription(params);
}

/** Whether a document may hold a subscription: it contains the keyword, which `subscriptionType` of an introspection does not. */
export function mayHoldSubscription({ query }: Params): boolean {
  return /\bsubscription\b/.test(query);
}

/**
 * Answers the operations that `isDirect` accepts. Yoga builds a fetch Request and Response for each, which takes three quarters of a small
 * query's time. This path runs the same guards and execution on node's own request. Its responses equal yoga's byte for byte; a test
 * compares the two.
 */
export async function respondDirectly(engine: Engine, operation: HttpOperation): Promise<HttpResponse> {
  const { method, accept, params, viewer, requestId } = operation;
  const result = await engine.resultOf({ viewer, params, http: { method, accept } });
  return jsonResponseOf(result, jsonTypeOf(accept), (error) => engine.publish(error, requestId));
}

/** The response in a JSON type to an operation that has ended. `publish` returns the public form of an error. */
export function jsonResponseOf(
  result: string | ExecutionResult,
  type: string,
  publish: (error: GraphQLError) => GraphQLError,
): HttpResponse {
  const headers = { 'content-type': `${type}; charset=utf-8` };
  if (typeof result === 'string') return { status: 200, headers, body: result };
  const { errors = [] } = result;
  const published = errors.map(publish);
  const body = JSON.stringify({ ...result, errors: published });
  if ('data' in result) return { status: 200, headers, body };

  const refusals = published.map((each, at) => httpErrorOf(errors[at] ?? each, each));
  const relevant = refusals.filter(({ spec }) => spec !== true || type !== plainJson);
  const status = Math.max(0, ...relevant.map((refused) => refused.status ?? 0)) || 200;
  return { status, headers: Object.assign(headers, ...refusals.map((refused) => refused.headers)), body };
}
