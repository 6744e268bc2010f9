import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openRedisBell } from '../../../src/adapter/bell/redis.ts';
import { createSystemClock } from '../../../src/adapter/clock/system.ts';
import type { LogFields } from '../../../src/ports.ts';
import { makeFolder, startGateway } from '../../world/gateway.ts';
import { makePrivateCa, type PrivateCa } from '../world/private-ca.ts';
import { freePort, hasRedis, openTestRedis, type TestRedis } from '../world/redis.ts';

const laterMs = 60_000;

/** What a connection to a URL logs: the first line about it. */
async function reasonOf(url: string): Promise<string> {
  const reasons: unknown[] = [];
  const keep = ({ reason }: LogFields) => void (reason === undefined || reasons.push(reason));
  const log = { debug: keep, info: keep, warn: keep, error: keep };
  const bell = await openRedisBell({ url, installation: 'test', clock: createSystemClock(), log });
  onTestFinished(() => bell.close());
  await vi.waitFor(() => expect(reasons).not.toEqual([]), { timeout: laterMs });
  return String(reasons[0]);
}

/** The port of a server that accepts connections and never answers. */
async function openSilence(): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket.on('error', () => undefined)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

describe.runIf(hasRedis)('Redis over TLS (needs the Debian package redis-server)', () => {
  let ca: PrivateCa;
  let redis: TestRedis;
  let port: number;
  beforeAll(async () => {
    const folder = await makeFolder();
    ca = makePrivateCa(folder.path);
    const { certFile, keyFile } = ca.issue('redis', '127.0.0.1');
    port = await freePort();
    const files = ['--tls-cert-file', certFile, '--tls-key-file', keyFile, '--tls-ca-cert-file', ca.file];
    redis = await openTestRedis(['--tls-port', String(port), '--tls-auth-clients', 'no', ...files]);
    return folder.remove;
  });
  afterAll(() => redis.close());

  test('a node uses it with the authority of NODE_EXTRA_CA_CERTS, and blames no port for a stop', async () => {
    const folder = await makeFolder();
    onTestFinished(folder.remove);
    const settings = { REDIS_URL: `rediss://127.0.0.1:${port}`, MEDIA_SHARED: 'true', NODE_EXTRA_CA_CERTS: ca.file };
    const gateway = await startGateway(folder.path, settings);
    onTestFinished(gateway.kill);
    const clients = await redis.connect().client('LIST');
    expect(clients).toContain('name=reelgate-bell-listen');
    expect(gateway.output()).not.toMatch(/Redis is unavailable|starts without/);
    await redis.kill();
    await vi.waitFor(() => expect(gateway.output()).toContain('Redis is unavailable'), { timeout: laterMs });
    expect(gateway.output()).not.toMatch(/use rediss?:/);
    await redis.start();
    await vi.waitFor(() => expect(gateway.output()).toContain('Redis is available again'), { timeout: laterMs });
    expect(await gateway.stop()).toBe(0);
  });

  test('each mistake is logged with what to change', async () => {
    expect(await reasonOf(`rediss://127.0.0.1:${port}`)).toMatch(/an unknown authority; .* in NODE_EXTRA_CA_CERTS/);
    expect(await reasonOf(redis.url.replace('redis:', 'rediss:'))).toContain('use redis:// for a port without TLS');
    expect(await reasonOf(`redis://127.0.0.1:${port}`)).toContain('use rediss:// for a port with TLS');
    expect(await reasonOf(`rediss://127.0.0.1:${await openSilence()}`)).toContain('did not answer the TLS handshake');
    expect(await reasonOf(`rediss://127.0.0.1:${await freePort()}`)).toMatch(/^connect ECONNREFUSED [\d.:]+$/);
  });
});
