import type { ServerResponse } from 'node:http';
import { userKeyOf } from '../../gateway/viewer.ts';
import { every } from '../../lib/every.ts';
import { withTimeout } from '../../lib/timeout.ts';
import type { Clock } from '../../ports.ts';
import type { LimitReport } from '../auth/limit-report.ts';
import { createSlots } from '../auth/limits.ts';
import { checkEveryMs, type Recheck, type Session } from '../auth/recheck.ts';
import { refusal } from '../graphql/errors.ts';
import { type Reply, sendError } from './response.ts';
import type { StreamFormat } from './stream-format.ts';

/** The open streams of results: server-sent events and multipart responses. */
export interface Streams {
  /**
   * Sends results until they end, the client leaves, the session is no longer valid or streams are closed. Answers 429 where the user has
   * too many.
   */
  send(results: Results, format: StreamFormat, to: { reply: Reply; session: Session | null }): Promise<void>;
  /** How many are open. */
  count(): number;
  /** Ends all, so that clients reconnect elsewhere. */
  close(): Promise<void>;
}

/** One result as JSON text. `id`: a client that reconnects continues after it; null: there is no such place. */
export type StreamedResult = { readonly payload: string; readonly id: string | null };

/** The results of an operation. The next one is asked for once the client has read the last. */
export type Results = {
  readonly next: () => Promise<StreamedResult | null>;
  /** Frees the source. */
  readonly stop: () => void;
  /** Returns the public form of anything that `next` rejected with, as a JSON list of errors. */
  readonly refuse: (error: unknown) => string;
};

/** A stream that is being sent. */
type Stream = {
  readonly session: Session | null;
  readonly format: StreamFormat;
  /** Writes the last text and ends the stream. */
  readonly end: (last: string) => void;
  readonly beat: () => void;
  readonly ended: Promise<void>;
};

const streamsPerUser = 100;

/** A client that reads nothing for this long is disconnected. */
const readsWithinMs = 30_000;

/** As often as WebSockets are pinged. */
const heartbeatEveryMs = 12_000;

type StreamDeps = { readonly recheck: Recheck; readonly limits: LimitReport; readonly clock: Clock };

/** Opens the streams of a server. Checks their sessions every second, and lets each beat every 12. */
export function openStreams({ recheck, limits, clock }: StreamDeps): Streams {
  const open = new Set<Stream>();
  const slots = createSlots(streamsPerUser);
  const stopSweep = every(clock, checkEveryMs, () => {
    for (const { session, format, end } of open)
      if (session !== null) recheck.check(session, (reason) => end(format.failed(unauthenticated(reason))));
  });
  const stopBeating = every(clock, heartbeatEveryMs, () => {
    for (const { beat } of open) beat();
  });

  return {
    async send(results, format, { reply, session }) {
      const user = session === null ? null : userKeyOf(session.viewer);
      if (user !== null && !slots.acquire(user)) {
        limits.hit('streams', user, streamsPerUser);
        results.stop();
        const message = `A user may have ${streamsPerUser} streams open; close one first.`;
        return sendError(reply, 429, refusal('RATE_LIMITED', message), { 'retry-after': '5' });
      }
      // Proxies that buffer a response would delay every result.
      const unbuffered = { 'cache-control': 'no-cache', 'x-accel-buffering': 'no' };
      const { response, headers: common } = reply;
      response.writeHead(200, { ...common, 'content-type': format.contentType, ...unbuffered });
      const stream = { session, format, ...streamOf(results, format, response, clock) };
      open.add(stream);
      try {
        await stream.ended;
      } finally {
        open.delete(stream);
        if (user !== null) slots.release(user);
      }
    },
    count: () => open.size,
    async close() {
      stopSweep();
      stopBeating();
      const streams = [...open];
      for (const { format, end } of streams) end(format.interrupted(restarting));
      await Promise.allSettled(streams.map(({ ended }) => ended));
    },
  };
}

/** With a new token the client may subscribe again. */
function unauthenticated(reason: string): string {
  return JSON.stringify([refusal('UNAUTHENTICATED', `${reason}.`)]);
}

const restarting = JSON.stringify([refusal('INTERNAL_SERVER_ERROR', 'The gateway is shutting down; subscribe again.')]);

/**
 * Sends results as fast as the client reads.
 *
 *   waiting ── a result ───────────────────────────► written
 *   written ── the client has read on ─────────────► waiting: the next result is asked for
 *   written ── nothing read for 30 s ──────────────► ended: disconnected
 *   waiting ── no more results, or they fail ──────► ended: the last text is written
 *   any     ── `end`, or the client has left ──────► ended: the source is freed
 */
function streamOf(results: Results, format: StreamFormat, response: ServerResponse, clock: Clock) {
  let isOpen = true;
  let finish: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    finish = resolve;
  });

  function end(last: string): void {
    if (!isOpen) return;
    isOpen = false;
    results.stop();
    // Do not wait for a client that is not reading.
    if (response.writableNeedDrain) response.destroy();
    else if (!response.destroyed) response.end(last);
    finish();
  }

  /** A response that was destroyed reports so only in the next turn, and must not be written to until then. */
  const mayWrite = () => isOpen && !response.destroyed;

  async function pump(): Promise<void> {
    if (mayWrite()) response.write(format.opening);
    while (mayWrite()) {
      const result = await results.next();
      if (result === null) return end(format.complete);
      if (!mayWrite()) return;
      if (response.write(format.result(result.payload, result.id))) continue;
      if ((await withTimeout(drained(response), readsWithinMs, clock)) === 'late') response.destroy();
    }
  }

  response.once('close', () => end(''));
  // The client may have left while the operation was started.
  if (response.destroyed) end('');
  pump().catch((error: unknown) => {
    if (isOpen) end(format.failed(results.refuse(error)));
  });
  const beat = () => {
    if (mayWrite() && !response.writableNeedDrain) response.write(format.heartbeat);
  };
  return { end, beat, ended };
}

/** Fulfils when the client has read on, or has left. */
function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.once('drain', done);
    response.once('close', done);
  });
}
