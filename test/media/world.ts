import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, LookupFunction, Socket } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { createSystemClock } from '../../src/adapter/clock/system.ts';
import { openVideoSource, type VideoSourceOptions } from '../../src/adapter/media/source.ts';
import { SourceError, type SourceRequest, type VideoSource } from '../../src/ports/video.ts';
import { bytesOf } from '../blob/world.ts';

/** A file server of a provider, on loopback. */
export type FileServer = {
  readonly url: string;
  readonly port: number;
  readonly server: Server;
  /** The sockets that are open now. */
  readonly sockets: ReadonlySet<Socket>;
};

/** Starts a server that is closed after the test. */
export async function serve(listener: RequestListener): Promise<FileServer> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => void sockets.delete(socket));
  });
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, server, sockets };
}

/** A source that may read this machine, closed after the test. */
export function openSource(options: Partial<VideoSourceOptions> = {}): VideoSource {
  const source = openVideoSource({ scope: 'loopback', trustedOrigin: null, clock: createSystemClock(), ...options });
  onTestFinished(() => source.close());
  return source;
}

/** A plain GET of everything, with parts replaced. */
export function get(parts: Partial<SourceRequest> = {}): SourceRequest {
  return { method: 'GET', range: null, signal: new AbortController().signal, ...parts };
}

/** A resolver that knows some hosts, and counts how often it is asked. */
export function resolverOf(hosts: Readonly<Record<string, readonly string[]>>) {
  let asked = 0;
  const lookup: LookupFunction = (host, _options, callback) => {
    asked += 1;
    const found = hosts[host] ?? [];
    if (found.length === 0)
      callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' }), '', 4);
    else
      callback(
        null,
        found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
  };
  return { lookup, asked: () => asked };
}

/** The SourceError with which a promise must reject. */
export async function errorOf(promise: Promise<unknown>): Promise<SourceError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SourceError);
  // The line above has just checked this.
  return error as SourceError;
}

/** All bytes of a URL; rejects as `open` or its body does. */
export async function readAll(url: string, source = openSource()): Promise<Buffer> {
  const { body } = await source.open(url, get());
  if (body === null) throw new Error('There is no body.');
  return bytesOf(body);
}
