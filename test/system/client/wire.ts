import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy between clients and a gateway. It can be cut, and connected to another gateway. */
export type Wire = {
  /** The URL for clients. */
  readonly url: string;
  /** The target of new connections; null refuses them at once. */
  lead(to: { readonly url: string } | null): void;
  /** Destroys every connection without notice to either side. Returns how many there were. */
  cut(): number;
  close(): Promise<void>;
};

/** Opens a wire on a free port of this machine. */
export async function openWire(): Promise<Wire> {
  let target: URL | null = null;
  const ends = new Set<Socket>();
  const server = createServer((near) => {
    if (target === null) return void near.resetAndDestroy();
    const far = connect(Number(target.port), target.hostname);
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(end);
      end.setNoDelay();
      // If one side ends, the other does, too.
      end.on('error', () => void other.destroy());
      end.on('close', () => {
        ends.delete(end);
        other.destroy();
      });
      end.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    const connections = ends.size / 2;
    for (const end of ends) end.resetAndDestroy();
    return connections;
  };
  return {
    // A server listening on TCP has a port.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lead(to) {
      target = to === null ? null : new URL(to.url);
    },
    cut,
    async close() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
