import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A TCP proxy that can hang: it then forwards nothing, keeps every socket open, and its machine still responds to keepalives. */
export type HangingProxy = {
  readonly port: number;
  hang(): void;
  /** Forwards again, including what has come in the meantime. */
  resume(): void;
};

/** Opens a proxy in front of a port of this machine, closed after the test. */
export async function openHangingProxy(to: number): Promise<HangingProxy> {
  const sockets = new Set<Socket>();
  let hangs = false;
  const forward = (from: Socket, into: Socket) => {
    sockets.add(from);
    from.on('data', (chunk: Buffer) => void into.write(chunk));
    from.on('error', () => undefined);
    from.once('close', () => {
      sockets.delete(from);
      // A proxy that hangs passes on no end, either.
      if (!hangs) into.destroy();
    });
    if (hangs) from.pause();
  };
  const server = createServer((inward) => {
    const outward = connect(to, '127.0.0.1');
    forward(inward, outward);
    forward(outward, inward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  // A server listening on TCP has a port.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    hang() {
      hangs = true;
      for (const socket of sockets) socket.pause();
    },
    resume() {
      hangs = false;
      for (const socket of sockets) socket.resume();
    },
  };
}
