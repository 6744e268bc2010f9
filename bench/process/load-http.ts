// A load generator: each connection sends its next request once the last has its response, in plain HTTP/1.1 over TCP.
import { connect as connectTcp } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { serveCommands } from './commands.ts';

/** A request's body, and its `Authorization` header (absent or null: none). */
export type HttpRequest = { readonly body: string; readonly authorization?: string | null };

/** Requests to send: each in turn, over this many connections at once, until this many have responses. */
export type Volley = {
  readonly port: number;
  readonly path: string;
  readonly each: readonly HttpRequest[];
  readonly connections: number;
  readonly requests: number;
};

/** The generator's commands. */
export type HttpLoad = {
  /** Sends them all; returns the time in microseconds and the last response's body. Rejects on any status but 200. */
  send(volley: Volley): Promise<{ readonly wallMicros: number; readonly response: string }>;
  /** Sends each in turn, with a pause after it; returns the 99th percentile of how long they took, in milliseconds. */
  slowest(sample: {
    readonly port: number;
    readonly each: readonly HttpRequest[];
    readonly requests: number;
    readonly everyMs: number;
  }): Promise<number>;
};

/** One connection; it reads responses by their content length or to their last chunk. */
async function drive(port: number, nextRequest: () => Buffer | null): Promise<string> {
  let response = '';
  await new Promise<void>((resolve, reject) => {
    const socket = connectTcp({ host: '127.0.0.1', port, noDelay: true });
    let text = '';
    const sendNext = () => {
      const request = nextRequest();
      if (request !== null) return void socket.write(request);
      socket.end();
      resolve();
    };
    socket.once('connect', sendNext);
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      text = text === '' ? chunk.toString('latin1') : text + chunk.toString('latin1');
      const body = bodyOf(text);
      if (body === null) return;
      if (!text.startsWith('HTTP/1.1 200')) return reject(new Error(text.slice(0, 500)));
      response = body;
      text = '';
      sendNext();
    });
  });
  return response;
}

/** The body of a complete response; null if it is incomplete. */
function bodyOf(text: string): string | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end + 2))?.[1];
  if (length !== undefined) return text.length >= end + 4 + Number(length) ? text.slice(end + 4) : null;
  return text.endsWith('\r\n0\r\n\r\n')
    ? text.slice(text.indexOf('\r\n', end + 4) + 2, text.lastIndexOf('\r\n0\r\n'))
    : null;
}

function requestOf({ body, authorization = null }: HttpRequest, { port, path }: Pick<Volley, 'port' | 'path'>): Buffer {
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Content-Type: application/json',
    'Accept: application/json',
    ...(authorization === null ? [] : [`Authorization: ${authorization}`]),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from([...head, '', body].join('\r\n'));
}

const load: HttpLoad = {
  async slowest({ port, each, requests, everyMs }) {
    const all = each.map((request) => requestOf(request, { port, path: '/graphql' }));
    const millis: number[] = [];
    for (let sent = 0; sent < requests; sent += 1) {
      let isSent = false;
      const startedAt = performance.now();
      await drive(port, () => {
        if (isSent) return null;
        isSent = true;
        return all[sent % all.length] ?? null;
      });
      millis.push(performance.now() - startedAt);
      await setTimeout(everyMs);
    }
    return millis.toSorted((a, b) => a - b)[Math.ceil(requests * 0.99) - 1] ?? Number.NaN;
  },
  async send({ port, path, each, connections, requests }) {
    const all = each.map((request) => requestOf(request, { port, path }));
    let sent = 0;
    const next = () => (sent < requests ? (all[sent++ % all.length] ?? null) : null);
    const startedAt = process.hrtime.bigint();
    const responses = await Promise.all(Array.from({ length: connections }, () => drive(port, next)));
    const wallMicros = Number(process.hrtime.bigint() - startedAt) / 1000;
    return { wallMicros, response: responses[0] ?? '' };
  },
};

serveCommands(load);
