import type { ExecutionResult } from 'graphql';
import { feedIdOf } from '../../../schema/feed.ts';
import type { Session } from '../auth/recheck.ts';
import { rootFieldOf } from '../graphql/document.ts';
import type { Engine, Ready } from '../graphql/engine.ts';
import { eventStream, isStreamed, multipart } from '../graphql/guards.ts';
import { graphqlJson, isJson, plainJson } from './accept.ts';
import { type HttpResponse, jsonResponseOf, mayHoldSubscription } from './direct.ts';
import type { Results, StreamedResult, Streams } from './event-stream.ts';
import { type Reply, sendBody, sendHead } from './response.ts';
import type { HttpOperation } from './status.ts';
import { overId, type StreamFormat, streamFormats } from './stream-format.ts';

/** What it takes to answer an operation of a client that accepts a stream. */
type StreamDeps = { readonly engine: Engine; readonly streams: Streams };

/** Where a response goes. `end`: called before a stream starts, since a shutdown ends streams itself and waits for other responses. */
type Target = { readonly reply: Reply; readonly session: Session | null; readonly end: () => void };

/** Whether a response may be a stream: the client prefers one, or the document may hold a subscription and the client accepts one. */
export function mayStream({ accept, params }: HttpOperation): boolean {
  const [preferred] = accept;
  if (preferred !== undefined && isStreamed(preferred)) return true;
  return accept.some(isStreamed) && mayHoldSubscription(params);
}

/** Answers an operation of a client that accepts a stream: a subscription with a stream, others with one if the client prefers that. */
export async function respondByStream(
  { engine, streams }: StreamDeps,
  operation: HttpOperation,
  target: Target,
): Promise<void> {
  const { method, accept, params, viewer, requestId, lastEventId } = operation;
  const format = formatOf(operation);
  // An EventSource that is answered 204 does not reconnect again (HTML, section 9.2.3).
  if (format === streamFormats[eventStream] && lastEventId === overId) return sendHead(target.reply, 204, {});
  const stream = (results: Results) => {
    target.end();
    return streams.send(results, format, target);
  };
  /** Sends the result of an operation that has none to come. */
  const respond = (result: ExecutionResult) => {
    const response = responseOf(engine, operation, result);
    // Errors with a status of their own, such as 401 and 429, concern the request and not the operation.
    if (response.status !== 200 || !prefersStream(operation, result)) return sendWhole(target.reply, response);
    return stream(only(response.body));
  };

  const request = { viewer, params, http: { method, accept }, ...(lastEventId && { lastEventId }) };
  const ready = await engine.pass(request);
  if ('errors' in ready) return respond(ready);
  if (ready.operation.operation !== 'subscription') return respond(await engine.run(ready));
  const events = await engine.open(ready);
  if ('errors' in events) return respond(events);
  return stream(resultsOf(engine, ready, { events, requestId }));
}

/** The preferred format of a stream. */
function formatOf({ accept }: HttpOperation): StreamFormat {
  return streamFormats[accept.find(isStreamed) === multipart ? multipart : eventStream];
}

/**
 * Whether a result is sent as a stream of one. An EventSource sees nothing else, so its stream shows errors of the operation, too. Clients
 * that accept multipart responses want them for subscriptions: JSON goes first, and shows what refused one.
 */
function prefersStream({ accept }: HttpOperation, result: ExecutionResult): boolean {
  const [preferred] = accept;
  return preferred === eventStream || (preferred === multipart && 'data' in result && !accept.some(isJson));
}

function responseOf(engine: Engine, { accept, requestId }: HttpOperation, result: ExecutionResult): HttpResponse {
  // Events show errors as JSON of the older type does. A client that accepts no JSON at all has at least the status to go by.
  const type = accept[0] === eventStream ? plainJson : (accept.find(isJson) ?? graphqlJson);
  const whole = result.errors === undefined ? JSON.stringify(result) : result;
  return jsonResponseOf(whole, type, (error) => engine.publish(error, requestId));
}

function sendWhole(reply: Reply, { status, headers, body }: HttpResponse): void {
  sendBody(reply, status, body, { 'cache-control': 'no-store', ...headers });
}

/** A stream of one result. */
function only(payload: string): Results {
  const left: StreamedResult[] = [{ payload, id: null }];
  return { next: async () => left.shift() ?? null, stop: () => undefined, refuse: () => '[]' };
}

type Source = { readonly events: AsyncIterator<unknown>; readonly requestId: string };

/** The results of a subscription: the operation is executed on each event once it is asked for. */
function resultsOf(engine: Engine, { args, operation }: Ready, { events, requestId }: Source): Results {
  const isFeed = rootFieldOf(args.document, operation)?.name.value === 'jobEvents';
  const idOf = (event: unknown) =>
    isFeed ? feedIdOf(args.contextValue as Parameters<typeof feedIdOf>[0], event as { readonly feed: number }) : null;
  return {
    async next() {
      const { done, value } = await events.next();
      return done === true ? null : { payload: await engine.payloadOf(args, value, requestId), id: idOf(value) };
    },
    stop() {
      events.return?.().catch((error: unknown) => engine.refuse(error, requestId));
    },
    refuse: (error) => engine.refuse(error, requestId).refused,
  };
}
