import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** What a network does to a kind of connection: lets it through, refuses it, or keeps it waiting. */
type Treatment = 'open' | 'refused' | 'held';

/** An HTTP proxy between a client and a gateway, as bad as a company's. */
export type Gate = {
  readonly url: string;
  /** How WebSockets, server-sent events and all other requests fare. */
  sockets: Treatment;
  streams: Treatment;
  requests: Treatment;
  /** The operations that clients sent by HTTP, by name, and their variables. */
  readonly sent: readonly { readonly name: string; readonly variables: Record<string, unknown> }[];
  /** How many WebSockets were tried. */
  readonly upgrades: () => number;
  /** Loses the response of the next request with this operation: the gateway receives it, the client gets nothing. */
  lose(name: string): void;
  /** Breaks every connection. */
  cut(): void;
  close(): Promise<void>;
};

/** Files by their paths, or functions that make them of the query. */
export type Site = Readonly<Record<string, string | ((query: URLSearchParams) => string | Promise<string>)>>;

/** Opens one in front of the gateway at this URL; its pages are files of this site. */
export async function openGate(target: string, site: Site = {}): Promise<Gate> {
  const { hostname, port } = new URL(target);
  const ends = new Set<Socket>();
  const sent: { name: string; variables: Record<string, unknown> }[] = [];
  let upgrades = 0;
  let lost = '';
  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy());
  });

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', gate.url);
    const page = site[pathname];
    if (page !== undefined) {
      response.writeHead(200, { 'content-type': pathname.endsWith('.js') ? 'text/javascript' : 'text/html' });
      response.end(typeof page === 'string' ? page : await page(searchParams));
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const isStream = request.headers.accept?.includes('event-stream') === true;
    const name = note(body);
    const treatment = isStream ? gate.streams : gate.requests;
    if (treatment === 'held') return;
    if (treatment === 'refused') {
      response.writeHead(isStream ? 403 : 502, { 'content-type': 'text/html' }).end('<h1>Blocked</h1>');
      return;
    }
    const isLost = name !== '' && name === lost;
    if (isLost) lost = '';
    // The gateway takes a page for its own if its host is the request's.
    const { headers } = request;
    const onward = forward({ hostname, port, path: request.url, method: request.method, headers });
    onward.end(body);
    const [answer] = (await once(onward, 'response')) as [IncomingMessage];
    if (isLost) {
      answer.resume();
      response.destroy();
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.on('close', () => void onward.destroy());
    answer.pipe(response);
  }

  function note(body: Buffer): string {
    if (body.length === 0) return '';
    const { query, variables } = JSON.parse(body.toString()) as { query: string; variables: Record<string, unknown> };
    const name = /^\s*\w+ (\w+)/.exec(query)?.[1] ?? '';
    sent.push({ name, variables });
    return name;
  }

  server.on('upgrade', (request: IncomingMessage, near: Socket, head: Buffer) => {
    upgrades += 1;
    ends.add(near);
    near.on('error', () => void near.destroy());
    if (gate.sockets === 'held') return;
    if (gate.sockets === 'refused') return void near.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
    const far = connect(Number(port), hostname);
    ends.add(far);
    const lines = Object.entries(request.headers).map(([key, value]) => `${key}: ${value}`);
    far.write(`GET ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    far.write(head);
    far.on('error', () => void near.destroy());
    far.on('close', () => void near.destroy());
    near.on('close', () => void far.destroy());
    near.pipe(far).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const end of ends) end.destroy();
    ends.clear();
    server.closeAllConnections();
  };
  const gate: Gate = {
    // A server listening on TCP has a port.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets: 'open',
    streams: 'open',
    requests: 'open',
    sent,
    upgrades: () => upgrades,
    lose(name) {
      lost = name;
    },
    cut,
    async close() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
  return gate;
}
