import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';
import { makeFolder } from '../../world/gateway.ts';

const executablePath = ['/usr/bin/redis-server', '/usr/local/bin/redis-server'].find(existsSync) ?? null;

/**
 * Whether tests on a real Redis can run here. With CI set they always run, so that a missing Redis is a failure; elsewhere they are
 * skipped. Install Debian's package redis-server to run them.
 */
export const hasRedis = executablePath !== null || process.env['CI'] === 'true';

/** A Redis for one test. */
export type TestRedis = {
  readonly url: string;
  /** A plain connection, to inspect its data. */
  connect(): Redis;
  /** Kills it, as a power cut would; it keeps no data. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  /** Freezes it: connections stay open, and nothing responds. */
  freeze(): void;
  thaw(): void;
  /** Stops it, closes its connections and removes its files. */
  close(): Promise<void>;
};

/** Starts a Redis on a free port; fulfils when it accepts connections. `more`: further options of redis-server. */
export async function openTestRedis(more: readonly string[] = []): Promise<TestRedis> {
  if (executablePath === null) throw new Error('There is no redis-server: install the Debian package redis-server.');
  const server = executablePath;
  const folder = await makeFolder();
  const port = await freePort();
  const connections: Redis[] = [];
  let child: ChildProcess | null = null;

  async function start(): Promise<void> {
    const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...more];
    child = spawn(server, [...options, '--dir', folder.path], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    for await (const chunk of child.stdout ?? []) {
      output += String(chunk);
      if (output.includes('Ready to accept connections')) break;
    }
    if (!output.includes('Ready to accept connections')) throw new Error(`redis-server did not start:\n${output}`);
  }
  async function kill(): Promise<void> {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    connect() {
      const connection = new Redis(port, '127.0.0.1');
      // The test may start Redis again.
      connection.on('error', () => undefined);
      connections.push(connection);
      return connection;
    },
    kill,
    start,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    async close() {
      for (const connection of connections) connection.disconnect();
      await kill();
      await folder.remove();
    },
  };
}

/** A free port, for programs that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port is free');
  return address.port;
}
