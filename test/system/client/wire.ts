import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A wire between clients and a gateway: it can be cut, and led to another gateway. */
export type Wire = {
  /** What clients are told to connect to. */
  readonly url: string;
  /** Where new connections lead; null: they are refused at once. */
  lead(to: { readonly url: string } | null): void;
  /** Breaks every connection without a word to either side. Answers how many there were. */
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
      // Whatever ends one side ends the other.
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
    // What a server listens on that is not a pipe has a port.
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
