import { type Dispatcher, Pool } from 'undici';
import { pollsAtOnce } from '../../../domain/pace.ts';
import type { Clock } from '../../../ports.ts';
import { answerOf, type Headers, maxBodyBytes, type Reply, reasonOf } from './response.ts';

/** One GET: the path on the origin with its query, and how long it may take in all, waiting for a connection included. */
type GetRequest = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly limitMs: number;
};

/** Sends GETs over connections that are kept. */
export type Getter = {
  /** Never follows a redirect, never rejects. What has arrived of a body when the time is over is what was answered. */
  get(request: GetRequest): Promise<Reply>;
  /** Cuts what is under way. */
  close(): Promise<void>;
};

/** Opens a pool of HTTP/1.1 connections to one origin. */
export function openGetter(origin: string, connectMs: number, clock: Pick<Clock, 'after'>): Getter {
  const pool = new Pool(origin, {
    // One for the credits, which are asked for beside looks.
    connections: pollsAtOnce + 1,
    connect: { timeout: connectMs },
    // The limit of a request ends it: one end for connecting, head and body together.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    get: ({ path, headers, limitMs }) =>
      new Promise((resolve) => {
        const exchange = openExchange((reply) => {
          callOff();
          resolve(reply);
        });
        const callOff = clock.after(limitMs, () => exchange.cut(new Error(`no answer within ${limitMs} ms`)));
        pool.dispatch({ method: 'GET', path, headers }, exchange.handler);
      }),
    close: () => pool.destroy(),
  };
}

/** One request as undici runs it; `cut` ends it with what has arrived. */
type Exchange = { readonly handler: Dispatcher.DispatchHandler; readonly cut: (reason: Error) => void };

/** Makes one reply of what undici reports of a request, past the streams that `request` would put around a body of one piece. */
function openExchange(settle: (reply: Reply) => void): Exchange {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let head: { readonly status: number; readonly headers: Headers } | null = null;
  let controller: Dispatcher.DispatchController | null = null;
  let isOver = false;

  /** `reason`: why nothing more will come; null where all has. */
  function end(reason: Error | null): void {
    if (isOver) return;
    isOver = true;
    settle(
      head === null
        ? { type: 'unanswered', reason: reasonOf(reason ?? 'the answer had no head') }
        : { type: 'answered', answer: answerOf(head.status, head.headers, chunks) },
    );
  }

  function cut(reason: Error): void {
    end(reason);
    // Where it still waits for a connection it is cut as soon as it has one.
    controller?.abort(reason);
  }

  return {
    cut,
    handler: {
      onRequestStart(started) {
        controller = started;
        if (isOver) started.abort(new Error('its time was over before it began'));
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
