import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Loose } from './world.ts';

/** A WebSocket whose frames a test writes and reads one by one. */
export type TestSocket = {
  readonly socket: WebSocket;
  send(message: object | string): void;
  /** The next message of any type. Rejects once the socket is closed. */
  next(): Promise<Loose>;
  /** Fulfils with the code and reason of the close. */
  readonly closed: Promise<{ code: number; reason: string }>;
};

/** Opens one; rejects with the HTTP status if the upgrade is refused. */
export async function connect(
  url: string,
  {
    path = '/graphql',
    protocol = 'graphql-transport-ws',
    headers = {},
  }: { path?: string; protocol?: string | null; headers?: Record<string, string> } = {},
): Promise<TestSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, protocol === null ? [] : [protocol], { headers });
  const messages: Loose[] = [];
  const waiting: { resolve: (message: Loose) => void; reject: (error: Error) => void }[] = [];
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    const reader = waiting.shift();
    if (reader === undefined) messages.push(message);
    else reader.resolve(message);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => {
      for (const { reject } of waiting) reject(new Error(`Closed: ${code} ${reason.toString()}`));
      resolve({ code, reason: reason.toString() });
    });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (_, response) => {
      response.resume();
      reject(new Error(`HTTP ${response.statusCode}`));
    });
  });
  return {
    socket,
    closed,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next: () =>
      messages.length > 0
        ? Promise.resolve(messages.shift())
        : new Promise((resolve, reject) => void waiting.push({ resolve, reject })),
  };
}

/** Opens one and waits for `connection_ack`. */
export async function join(url: string, payload?: object, headers: Record<string, string> = {}): Promise<TestSocket> {
  const socket = await connect(url, { headers });
  socket.send({ type: 'connection_init', ...(payload === undefined ? {} : { payload }) });
  const acknowledged = await socket.next();
  if (acknowledged.type !== 'connection_ack') throw new Error(`Not acknowledged: ${JSON.stringify(acknowledged)}`);
  return socket;
}

/** Closes a socket from this side and waits for the close. */
export async function leave({ socket }: TestSocket): Promise<void> {
  if (socket.readyState === WebSocket.CLOSED) return;
  const closed = once(socket, 'close');
  socket.terminate();
  await closed;
}
