import type { ServerResponse } from 'node:http';
import { userKeyOf } from '../../gateway/viewer.ts';
import { every } from '../../lib/every.ts';
import { withTimeout } from '../../lib/timeout.ts';
import type { Clock } from '../../ports.ts';
import { createSeats } from '../auth/limits.ts';
import { checkEveryMs, type Recheck, type Session } from '../auth/recheck.ts';
import { refusal } from '../graphql/errors.ts';
import { type Reply, sendError } from './response.ts';

/** Streams of server-sent events that are being sent. */
export interface Streams {
  /** Sends a stream until it ends, the client leaves, the guest's token is no longer good or streams are closed; or 429 where the user has too many. */
  send(answer: EventStream, reply: Reply, session: Session | null): Promise<void>;
  /** Ends all without a last event, so that clients come back elsewhere. */
  close(): Promise<void>;
}

/** An answer that is a stream of events. */
type EventStream = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ReadableStream<Uint8Array>;
};

/** One that is being sent: `stop` ends it, after these last words. */
type Stream = { readonly session: Session | null; stop(lastWords?: string): void; readonly sent: Promise<void> };

const streamsPerUser = 100;

/** A client that has read nothing for so long is cut off. */
const readsWithinMs = 30_000;

/** Opens the place where streams are sent from. */
export function openStreams({ recheck, clock }: { readonly recheck: Recheck; readonly clock: Clock }): Streams {
  const open = new Set<Stream>();
  const seats = createSeats(streamsPerUser);
  const stopSweep = every(clock, checkEveryMs, () => {
    for (const { session, stop } of open)
      if (session !== null) recheck.poll(session, (reason) => stop(lastWordsOf(reason)));
  });

  return {
    async send({ status, headers, body }, reply, session) {
      const user = session === null ? null : userKeyOf(session.viewer);
      if (user !== null && !seats.take(user)) {
        await body.cancel();
        const message = `A user may have ${streamsPerUser} streams open; close one first.`;
        return sendError(reply, 429, refusal('RATE_LIMITED', message), { 'retry-after': '5' });
      }
      // Proxies that gather an answer before they pass it on would hold every event back.
      const steady = { 'cache-control': 'no-cache', 'x-accel-buffering': 'no' };
      const { response, headers: common } = reply;
      response.writeHead(status, { ...common, ...headers, ...steady });
      const stream = streamOf(body, response, clock, session);
      open.add(stream);
      try {
        await stream.sent;
      } finally {
        open.delete(stream);
        if (user !== null) seats.leave(user);
      }
    },
    async close() {
      stopSweep();
      const streams = [...open];
      for (const stream of streams) stream.stop();
      await Promise.allSettled(streams.map(({ sent }) => sent));
    },
  };
}

/** What a client is told whose token is no longer good, in the words of the protocol: with a fresh one it may subscribe again. */
function lastWordsOf(reason: string): string {
  const errors = [refusal('UNAUTHENTICATED', `${reason}.`)];
  return `event: next\ndata: ${JSON.stringify({ errors })}\n\nevent: complete\ndata:\n\n`;
}

function streamOf(
  body: ReadableStream<Uint8Array>,
  response: ServerResponse,
  clock: Clock,
  session: Session | null,
): Stream {
  const reader = body.getReader();
  const stop = (lastWords?: string) => {
    if (lastWords !== undefined && response.writable) response.write(lastWords);
    // Whoever does not read is not waited for.
    if (response.writableNeedDrain) response.destroy();
    reader.cancel().catch(() => response.destroy());
  };
  response.once('close', () => stop());
  // It may have left while the operation was begun.
  if (response.destroyed) stop();
  return { session, stop, sent: pump(reader, response, clock) };
}

async function pump(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  response: ServerResponse,
  clock: Clock,
): Promise<void> {
  try {
    for (let chunk = await reader.read(); !(chunk.done || response.destroyed); chunk = await reader.read()) {
      if (response.write(chunk.value)) continue;
      if ((await withTimeout(drained(response), readsWithinMs, clock)) === 'late') response.destroy();
    }
  } finally {
    response.end();
  }
}

/** Fulfils when the client has read on, or is gone. */
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
