import type { ServerResponse } from 'node:http';
import { userKeyOf } from '../../gateway/viewer.ts';
import { every } from '../../lib/every.ts';
import { withTimeout } from '../../lib/timeout.ts';
import type { Clock } from '../../ports.ts';
import { createSlots } from '../auth/limits.ts';
import { checkEveryMs, type Recheck, type Session } from '../auth/recheck.ts';
import { refusal } from '../graphql/errors.ts';
import { type Reply, sendError } from './response.ts';

/** The open streams of server-sent events. */
export interface Streams {
  /**
   * Sends a stream until it ends, the client leaves, the session is no longer valid or streams are closed. Answers 429 where the user has
   * too many.
   */
  send(stream: EventStream, reply: Reply, session: Session | null): Promise<void>;
  /** Ends all without a complete event, so that clients reconnect elsewhere. */
  close(): Promise<void>;
}

/** A response that is a stream of events. */
type EventStream = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ReadableStream<Uint8Array>;
};

/** A stream that is being sent: `stop` ends it after its last events. */
type Stream = { readonly session: Session | null; stop(lastEvents?: string): void; readonly sent: Promise<void> };

const streamsPerUser = 100;

/** A client that reads nothing for this long is disconnected. */
const readsWithinMs = 30_000;

/** Opens the streams of a server, and checks their sessions every second. */
export function openStreams({ recheck, clock }: { readonly recheck: Recheck; readonly clock: Clock }): Streams {
  const open = new Set<Stream>();
  const slots = createSlots(streamsPerUser);
  const stopSweep = every(clock, checkEveryMs, () => {
    for (const { session, stop } of open)
      if (session !== null) recheck.check(session, (reason) => stop(lastEventsOf(reason)));
  });

  return {
    async send({ status, headers, body }, reply, session) {
      const user = session === null ? null : userKeyOf(session.viewer);
      if (user !== null && !slots.acquire(user)) {
        await body.cancel();
        const message = `A user may have ${streamsPerUser} streams open; close one first.`;
        return sendError(reply, 429, refusal('RATE_LIMITED', message), { 'retry-after': '5' });
      }
      // Proxies that buffer a response would delay every event.
      const unbuffered = { 'cache-control': 'no-cache', 'x-accel-buffering': 'no' };
      const { response, headers: common } = reply;
      response.writeHead(status, { ...common, ...headers, ...unbuffered });
      const stream = streamOf(body, response, clock, session);
      open.add(stream);
      try {
        await stream.sent;
      } finally {
        open.delete(stream);
        if (user !== null) slots.release(user);
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

/** The protocol's last events for a client whose token is no longer valid; with a new one it may subscribe again. */
function lastEventsOf(reason: string): string {
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
  const stop = (lastEvents?: string) => {
    if (lastEvents !== undefined && response.writable) response.write(lastEvents);
    // Do not wait for a client that is not reading.
    if (response.writableNeedDrain) response.destroy();
    reader.cancel().catch(() => response.destroy());
  };
  response.once('close', () => stop());
  // The client may have left while the operation was started.
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
