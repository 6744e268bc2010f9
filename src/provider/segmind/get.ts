import { type Dispatcher, Pool } from 'undici';
import { looksAtOnce } from '../../domain/pace.ts';
import type { Clock } from '../../ports.ts';
import { answerOf, type Headers, maxBodyBytes, type Reply, reasonOf } from './answer.ts';

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
    connections: looksAtOnce + 1,
    connect: { timeout: connectMs },
    // The limit of a request ends it: one end for connecting, head and body together.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    get: ({ path, headers, limitMs }) =>
      new Promise((resolve) => {
        const exchange = new Exchange((reply) => {
          callOff();
          resolve(reply);
        });
        const callOff = clock.after(limitMs, () => exchange.cut(new Error(`no answer within ${limitMs} ms`)));
        pool.dispatch({ method: 'GET', path, headers }, exchange);
      }),
    close: () => pool.destroy(),
  };
}

/** What undici tells of one request, made into one reply. It is told past the streams that `request` would put around a body of one piece. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #settle: (reply: Reply) => void;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #head: { readonly status: number; readonly headers: Headers } | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  #isOver = false;

  constructor(settle: (reply: Reply) => void) {
    this.#settle = settle;
  }

  /** Ends it with what has arrived. */
  cut(reason: Error): void {
    this.#end(reason);
    // Where it still waits for a connection it is cut as soon as it has one.
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(new Error('its time was over before it began'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    this.#head = { status, headers };
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.byteLength;
    this.#chunks.push(chunk);
    if (this.#bytes > maxBodyBytes) this.cut(new Error('the body is too long'));
  }

  onResponseEnd(): void {
    this.#end(null);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end(error);
  }

  /** `reason`: why nothing more will come; null where all has. */
  #end(reason: Error | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#settle(
      this.#head === null
        ? { type: 'unanswered', reason: reasonOf(reason ?? 'the answer had no head') }
        : { type: 'answered', answer: answerOf(this.#head.status, this.#head.headers, this.#chunks) },
    );
  }
}
