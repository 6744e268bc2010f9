import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { Loose } from '../world/gateway.ts';

/** How the other side closed a socket. */
type Closed = { readonly code: number; readonly reason: string };

/** A WebSocket that a test drives frame by frame, without a client library that would follow the rules by itself. */
export type RawSocket = {
  readonly socket: WebSocket;
  /** Sends an object as JSON, a string unchanged, and bytes as a binary frame. */
  send(message: object | string | Buffer): void;
  /** Sends messages in one piece, so that the other side reads all of them before it can respond to the first. */
  sendTogether(...messages: readonly object[]): void;
  /** The next frame; rejects if the socket closes first. */
  next(): Promise<Loose>;
  /** The next frame with this id; skips all others. */
  nextOf(id: string): Promise<Loose>;
  /** Sends a ping and waits for its pong, so that everything due before has been read. Returns the frames in between. */
  settle(): Promise<readonly Loose[]>;
  readonly closed: Promise<Closed>;
  close(): void;
};

/** Opens a socket to a gateway without sending anything. */
export async function openRawSocket(
  gateway: { readonly url: string },
  protocols: readonly string[] = ['graphql-transport-ws'],
): Promise<RawSocket> {
  const { hostname, port } = new URL(gateway.url);
  const connection: Socket = connect({ host: hostname, port: Number(port) });
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, [...protocols], {
    createConnection: () => connection,
  });
  const frames: Loose[] = [];
  let arrived: () => void = () => undefined;
  const closed = new Promise<Closed>((resolve) => {
    socket.on('close', (code, reason) => {
      resolve({ code, reason: reason.toString() });
      arrived();
    });
  });
  socket.on('message', (data) => {
    frames.push(JSON.parse(String(data)));
    arrived();
  });
  // The close code shows what broke the socket.
  socket.on('error', () => socket.terminate());
  await Promise.race([once(socket, 'open'), closed]);

  async function next(): Promise<Loose> {
    while (frames.length === 0) {
      if (socket.readyState === WebSocket.CLOSED) throw new Error('The socket closed before another frame came.');
      await new Promise<void>((resolve) => {
        arrived = resolve;
      });
    }
    return frames.shift();
  }

  function send(message: object | string | Buffer): void {
    socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  return {
    socket,
    send,
    sendTogether(...messages) {
      connection.cork();
      for (const message of messages) send(message);
      connection.uncork();
    },
    next,
    async nextOf(id) {
      for (;;) {
        const frame = await next();
        if (frame.id === id) return frame;
      }
    },
    async settle() {
      const before: Loose[] = [];
      const nonce = `settled ${Math.random()}`;
      send({ type: 'ping', payload: { nonce } });
      for (;;) {
        const frame = await next();
        if (frame.type === 'pong' && frame.payload?.nonce === nonce) return before;
        before.push(frame);
      }
    },
    closed,
    close: () => socket.close(),
  };
}

/** Opens a socket and waits for `connection_ack`. */
export async function openConnection(gateway: { readonly url: string }, token?: string): Promise<RawSocket> {
  const raw = await openRawSocket(gateway);
  raw.send(initMessage(token === undefined ? undefined : bearer(token)));
  const ack = await raw.next();
  if (ack.type !== 'connection_ack') throw new Error(`Instead of an acknowledgement came ${JSON.stringify(ack)}.`);
  return raw;
}

/** The connection parameters that carry a token. */
export function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` };
}

/** A `subscribe` message. */
export function subscribeMessage(id: string, query: string, variables?: Record<string, unknown>): object {
  return { id, type: 'subscribe', payload: { query, ...(variables === undefined ? {} : { variables }) } };
}

/** A `connection_init` message. */
export function initMessage(payload?: unknown): object {
  return { type: 'connection_init', ...(payload === undefined ? {} : { payload }) };
}
