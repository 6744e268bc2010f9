import { type Dispatcher, Pool } from 'undici';
import { pollsAtOnce } from '../../../domain/pace.ts';
import type { Clock } from '../../../ports.ts';
import { type ConnectorOptions, createConnector } from '../../outbound/connector.ts';
import { type Headers, type HttpOutcome, maxBodyBytes, reasonOf, responseOf } from './response.ts';

/** One GET: `path` includes the query; `limitMs` is its total time, which includes waiting for a connection. */
type GetRequest = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly limitMs: number;
};

/** Sends GETs over kept-alive connections. */
export type Getter = {
  /** Never follows a redirect, never rejects. A body that is incomplete when the time is over is returned as far as it came. */
  get(request: GetRequest): Promise<HttpOutcome>;
  /** Aborts requests in flight. */
  close(): Promise<void>;
};

/** Opens a pool of HTTP/1.1 connections to one origin. */
export function openGetter(origin: string, options: ConnectorOptions, clock: Pick<Clock, 'after'>): Getter {
  const pool = new Pool(origin, {
    // One more for the credits, which are requested beside polls.
    connections: pollsAtOnce + 1,
    connect: createConnector(options),
    // `limitMs` covers connecting, head and body together.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    get: ({ path, headers, limitMs }) =>
      new Promise((resolve) => {
        const exchange = openExchange((outcome) => {
          cancelTimeout();
          resolve(outcome);
        });
        const cancelTimeout = clock.after(limitMs, () => exchange.cut(new Error(`no response within ${limitMs} ms`)));
        pool.dispatch({ method: 'GET', path, headers }, exchange.handler);
      }),
    close: () => pool.destroy(),
  };
}

/** One request as undici runs it; `cut` ends it with the bytes received so far. */
type Exchange = { readonly handler: Dispatcher.DispatchHandler; readonly cut: (reason: Error) => void };

/** Turns undici's events into one outcome. Faster than `request`, which wraps even a body of one chunk in a stream. */
function openExchange(settle: (outcome: HttpOutcome) => void): Exchange {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let head: { readonly status: number; readonly headers: Headers } | null = null;
  let controller: Dispatcher.DispatchController | null = null;
  let isOver = false;

  /** `reason`: why the response is incomplete; null if it is complete. */
  function end(reason: Error | null): void {
    if (isOver) return;
    isOver = true;
    settle(
      head === null
        ? { type: 'unanswered', reason: reasonOf(reason ?? 'the response had no head') }
        : { type: 'answered', response: responseOf(head.status, head.headers, chunks) },
    );
  }

  function cut(reason: Error): void {
    end(reason);
    // A request that still waits for a connection has no controller: `onRequestStart` aborts it.
    controller?.abort(reason);
  }

  return {
    cut,
    handler: {
      onRequestStart(started) {
        controller = started;
        if (isOver) started.abort(new Error('it timed out before it started'));
      },
      onResponseStart(_controller, status, headers) {
        head = { status, headers };
      },
      onResponseData(_controller, chunk) {
        bytes += chunk.byteLength;
        chunks.push(chunk);
        if (bytes > maxBodyBytes) cut(new Error('the body is too long'));
      },
      onResponseEnd: () => end(null),
      onResponseError: (_controller, error) => end(error),
    },
  };
}
