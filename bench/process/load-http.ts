// A generator: connections that each send the next request once the last is answered, in plain HTTP/1.1 over TCP.
import { connect as connectTcp } from 'node:net';
import { answerWith } from './verbs.ts';

/** Requests to send: each body in turn, over so many connections at once, until so many are answered. */
export type Volley = {
  readonly port: number;
  readonly path: string;
  readonly bodies: readonly string[];
  readonly connections: number;
  readonly requests: number;
};

/** What the generator does when it is asked to. */
export type HttpLoad = {
  /** Sends them all; how long that took in microseconds, and the last answer's body. Rejects at an answer that is no 200. */
  send(volley: Volley): Promise<{ readonly wallMicros: number; readonly answer: string }>;
};

/** One connection, in which answers are read to the length that they name, or by their last chunk. */
async function drive(port: number, nextRequest: () => Buffer | null): Promise<string> {
  let answer = '';
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
      answer = body;
      text = '';
      sendNext();
    });
  });
  return answer;
}

/** The body of an answer that has arrived whole; null of one that has not. */
function bodyOf(text: string): string | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end + 2))?.[1];
  if (length !== undefined) return text.length >= end + 4 + Number(length) ? text.slice(end + 4) : null;
  return text.endsWith('\r\n0\r\n\r\n')
    ? text.slice(text.indexOf('\r\n', end + 4) + 2, text.lastIndexOf('\r\n0\r\n'))
    : null;
}

const load: HttpLoad = {
  async send({ port, path, bodies, connections, requests }) {
    const all = bodies.map((body) =>
      Buffer.from(
        `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      ),
    );
    let sent = 0;
    const next = () => (sent < requests ? (all[sent++ % all.length] ?? null) : null);
    const startedAt = process.hrtime.bigint();
    const answers = await Promise.all(Array.from({ length: connections }, () => drive(port, next)));
    const wallMicros = Number(process.hrtime.bigint() - startedAt) / 1000;
    return { wallMicros, answer: answers[0] ?? '' };
  },
};

answerWith(load);
