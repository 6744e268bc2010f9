import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request as the server saw it; `connection` numbers the sockets from 1. */
export type Seen = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly connection: number;
};

/** What the server does with a request: anything with the response or its socket, or nothing. The return value is ignored. */
export type Behaviour = (response: ServerResponse, seen: Seen) => unknown;

/** A real HTTP server on its own port with a behaviour that a test sets. */
export type MisbehavingServer = {
  readonly origin: string;
  readonly port: number;
  readonly requests: readonly Seen[];
  /** How many connections were opened, including those without a request. */
  connections(): number;
  behave(next: Behaviour): void;
  /** From now on new connections are refused. */
  stopListening(): void;
  close(): Promise<void>;
};

/** Opens a server that responds with 500 until `behave` is called. */
export async function openMisbehavingServer(first: Behaviour = status(500)): Promise<MisbehavingServer> {
  let behaviour = first;
  const requests: Seen[] = [];
  const sockets: Socket[] = [];
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    readText(request).then(
      (body) => {
        const { method = '', url: path = '', headers, socket } = request;
        const seen = { method, path, headers, body, connection: sockets.indexOf(socket) + 1 };
        requests.push(seen);
        behaviour(response, seen);
      },
      () => undefined,
    );
  });
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // A TCP server's address has a port.
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    requests,
    connections: () => sockets.length,
    behave(next) {
      behaviour = next;
    },
    stopListening() {
      server.close();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  const body: AsyncIterable<Uint8Array> = request;
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

type HeaderFields = Readonly<Record<string, string>>;

/** Responds with a status and a text. */
export function text(code: number, body: string, headers: HeaderFields = {}): Behaviour {
  return (response) => response.writeHead(code, headers).end(body);
}

/** Responds with a status and raw bytes. */
export function bytes(code: number, body: Uint8Array, headers: HeaderFields = {}): Behaviour {
  return (response) => response.writeHead(code, headers).end(body);
}

/** Responds with a status and a value as JSON; `headers` may change the content type. */
export function json(code: number, value: unknown, headers: HeaderFields = {}): Behaviour {
  return text(code, JSON.stringify(value), { 'content-type': 'application/json', ...headers });
}

/** Responds with an HTML page, as proxies do. */
export function html(code: number): Behaviour {
  return text(code, `<html><h1>${code}</h1></html>`, { 'content-type': 'text/html' });
}

/** Responds with a status and no body. */
export function status(code: number, headers: HeaderFields = {}): Behaviour {
  return text(code, '', headers);
}

/** Cuts the connection instead of responding. */
export const cut: Behaviour = (response) => response.socket?.resetAndDestroy();

/** Sends the head and a piece of the body, then cuts the connection. */
export function cutAfter(code: number, piece: string): Behaviour {
  return (response) => {
    response.writeHead(code, { 'content-length': '100000' });
    response.write(piece, () => {
      response.socket?.destroySoon();
    });
  };
}

/** Never responds. */
export const hang: Behaviour = () => undefined;

/** Sends the head and a piece of the body, and never ends. */
export function hangAfter(code: number, piece: string): Behaviour {
  return (response) => {
    response.writeHead(code, { 'content-type': 'application/json' });
    response.write(piece);
  };
}

/** Uses one behaviour per request, and the last one for all later requests. */
export function inTurn(...behaviours: readonly Behaviour[]): Behaviour {
  let turn = 0;
  return (response, seen) => {
    const behaviour = behaviours[Math.min(turn, behaviours.length - 1)];
    turn += 1;
    behaviour?.(response, seen);
  };
}
