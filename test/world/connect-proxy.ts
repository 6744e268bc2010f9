import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a proxy does with a CONNECT: opens the tunnel, sends a status, or does something to the socket. */
export type ProxyBehaviour = 'tunnel' | number | ((socket: Socket, request: IncomingMessage) => unknown);

/** A real proxy on loopback that opens tunnels to named hosts. */
export type ConnectProxy = {
  readonly port: number;
  /** The targets of its CONNECTs, such as `provider.example:443`. */
  readonly targets: readonly string[];
  /** The Proxy-Authorization of each. */
  readonly authorizations: readonly (string | undefined)[];
  /** How many requests came that were no CONNECT. */
  readonly others: () => number;
  behave(next: ProxyBehaviour): void;
  /** Cuts every tunnel. */
  cut(): void;
};

/** Opens a proxy, closed after the test. `hosts`: the local port behind each host. Only the proxy can resolve them. */
export async function openConnectProxy(hosts: Readonly<Record<string, number>>): Promise<ConnectProxy> {
  const targets: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  let others = 0;
  let behaviour: ProxyBehaviour = 'tunnel';
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => void sockets.delete(socket));
  };
  const server = createServer((_, response) => {
    others += 1;
    response.writeHead(501).end();
  });
  server.on('connection', keep);
  server.on('connect', (request: IncomingMessage, inward: Socket) => {
    const target = request.url ?? '';
    targets.push(target);
    authorizations.push(request.headers['proxy-authorization']);
    if (typeof behaviour === 'function') return void behaviour(inward, request);
    const port = hosts[target.replace(/:\d+$/, '')];
    const status = behaviour === 'tunnel' ? (port === undefined ? 502 : null) : behaviour;
    if (status !== null || port === undefined)
      return void inward.end(`HTTP/1.1 ${status ?? 502} No\r\ncontent-length: 2\r\n\r\nno`);
    const outward = connect(port, '127.0.0.1', () => {
      inward.write('HTTP/1.1 200 Connection established\r\n\r\n');
      outward.pipe(inward).pipe(outward);
    });
    keep(outward);
    outward.on('close', () => void inward.destroy());
    inward.on('close', () => void outward.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  onTestFinished(async () => {
    cut();
    server.close();
    await once(server, 'close');
  });
  // A server listening on TCP has a port.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    targets,
    authorizations,
    others: () => others,
    cut,
    behave(next) {
      behaviour = next;
    },
  };
}
