import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Engine } from '../graphql/engine.ts';
import { plainJson } from './accept.ts';
import { type HttpOperation, httpErrorOf } from './status.ts';

/** An answer over HTTP, whole. Names of header fields are in lower case. */
export type HttpResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/**
 * Whether a request can be answered without yoga: sent by POST, by a client that takes one of the two JSON types and asks for nothing else,
 * and no subscription. A text that only speaks of one is left to yoga, too.
 */
export function isDirect({ method, accept, params }: HttpOperation): boolean {
  if (method !== 'POST' || params.query.includes('subscription')) return false;
  return accept.every((type) => type.startsWith('application/') || type === '*/*');
}

/**
 * Answers such operations. Yoga makes of each request what a browser's fetch would be given, and of each answer what it would return:
 * three quarters of what a small query costs. Here the same guards and the same execution stand right behind node's own request, and
 * every answer is what yoga's would be, byte for byte; a test sends both the same operations.
 */
export async function respondDirectly(engine: Engine, operation: HttpOperation): Promise<HttpResponse> {
  const { method, accept, params, viewer, requestId } = operation;
  const result = await engine.resultOf({ viewer, params, http: { method, accept } });
  const [wanted] = accept;
  const type = wanted === undefined || !wanted.includes('graphql-response') ? plainJson : wanted;
  return answerOf(result, type, (error) => engine.publish(error, requestId));
}

function answerOf(
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
  const telling = refusals.filter(({ spec }) => spec !== true || type !== plainJson);
  const status = Math.max(0, ...telling.map((refused) => refused.status ?? 0)) || 200;
  return { status, headers: Object.assign(headers, ...refusals.map((refused) => refused.headers)), body };
}
