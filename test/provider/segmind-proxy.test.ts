import { expect, test } from 'vitest';
import type { SegmindOptions } from '../../src/adapter/provider/segmind/client.ts';
import { noProxies, parseProxy } from '../../src/lib/proxy.ts';
import { type ConnectProxy, openConnectProxy, type ProxyBehaviour } from '../world/connect-proxy.ts';
import { type Behaviour, cut, json } from './misbehaving-server.ts';
import { createLineLog, jobOf, openClient, openServer, yes } from './segmind-world.ts';

const accepted = json(200, { request_id: 'abc123', status: 'QUEUED' });

const neverAsked = () => {
  throw new Error('asked though nothing could be sent');
};

/** A provider that only the proxy can reach, under a name that only the proxy knows. */
async function openWorld(behaviour: Behaviour = accepted, options: Partial<SegmindOptions> = {}) {
  const server = await openServer(behaviour);
  const proxy = await openConnectProxy({ 'provider.example': server.port });
  const log = createLineLog();
  const segmind = openClient({
    baseUrl: 'http://provider.example',
    log,
    proxies: { ...noProxies, http: parseProxy(`http://gate:open%20sesame@127.0.0.1:${proxy.port}`) },
    ...options,
  });
  return { server, proxy, segmind, log };
}

test('submits have a tunnel each, polls share theirs, and the password goes to the proxy alone', async () => {
  const { server, proxy, segmind } = await openWorld();
  const running = jobOf({ requestId: 'abc123', pollUrl: 'http://provider.example/workflows/request/abc123' });
  for (let round = 0; round < 2; round += 1) {
    expect(await segmind.submit(jobOf(), yes)).toMatchObject({ type: 'accepted', requestId: 'abc123' });
    expect(await segmind.poll(running)).toHaveProperty('event', { type: 'seen', status: 'QUEUED' });
  }
  expect(proxy.targets).toEqual(Array.from({ length: 3 }, () => 'provider.example:80'));
  const basic = `Basic ${Buffer.from('gate:open sesame').toString('base64')}`;
  expect(new Set(proxy.authorizations)).toEqual(new Set([basic]));
  expect(proxy.others()).toBe(0);
  expect(server.requests).toHaveLength(4);
  for (const { headers } of server.requests) expect(headers).not.toHaveProperty('proxy-authorization');
});

const refusals: readonly (readonly [string, ProxyBehaviour, RegExp])[] = [
  ['refuses with 502', 502, /opened no tunnel \(HTTP 502\)/],
  ['refuses with 403', 403, /opened no tunnel \(HTTP 403\)/],
  ['wants another password', 407, /refuses the user or the password \(HTTP 407\)/],
  ['redirects', 302, /opened no tunnel \(HTTP 302\)/],
  ['resets', (socket) => socket.resetAndDestroy(), /ECONNRESET/],
  ['closes', (socket) => socket.end(), /the proxy/],
  ['is silent', () => undefined, /no connection within 200 ms/],
  ['closes within its response', (socket) => socket.end('HTTP/1.1 200 O'), /the proxy/],
  ['does not speak HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'), /the proxy/],
  ['sends a page', (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n<html>'), /a body in place of a tunnel/],
  ['has an endless head', (socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`), /the proxy/],
];

test.each(refusals)('a submit is not sent if the proxy %s', async (_, behaviour, reason) => {
  const { server, proxy, segmind, log } = await openWorld(accepted, { timeouts: { connectMs: 200 } });
  proxy.behave(behaviour);
  expect(await segmind.submit(jobOf(), neverAsked)).toEqual({ type: 'notSent' });
  expect(server.requests).toEqual([]);
  expect(log.lines).toHaveLength(1);
  expect(String(log.lines[0]?.fields['reason'])).toMatch(reason);
  expect(JSON.stringify(log.lines)).not.toMatch(/sesame|Z2F0Z/);
});

test('a submit is not sent if there is no proxy, or the proxy is an HTTPS one and has no TLS', async () => {
  const { proxy, server } = await openWorld();
  for (const url of ['http://127.0.0.1:1', 'http://proxy.invalid:3128', `https://127.0.0.1:${proxy.port}`]) {
    const proxies = { ...noProxies, http: parseProxy(url) };
    const segmind = openClient({ baseUrl: 'http://provider.example', proxies });
    expect(await segmind.submit(jobOf(), neverAsked)).toEqual({ type: 'notSent' });
  }
  expect(server.requests).toEqual([]);
});

test('a submit is not sent if TLS with the provider fails within the tunnel', async () => {
  const { proxy, server } = await openWorld();
  const proxies = { ...noProxies, https: parseProxy(`127.0.0.1:${proxy.port}`) };
  const segmind = openClient({ baseUrl: 'https://provider.example', proxies });
  expect(await segmind.submit(jobOf(), neverAsked)).toEqual({ type: 'notSent' });
  expect(proxy.targets).toEqual(['provider.example:443']);
  expect(server.requests).toEqual([]);
});

test('a submit is unconfirmed, and not repeated, if the tunnel breaks once it stands', async () => {
  const { server, proxy, segmind } = await openWorld(cut);
  expect(await segmind.submit(jobOf(), yes)).toEqual({ type: 'unconfirmed', httpStatus: null });
  server.behave(() => proxy.cut());
  expect(await segmind.submit(jobOf(), yes)).toEqual({ type: 'unconfirmed', httpStatus: null });
  expect(server.requests).toHaveLength(2);
});

test('a submit is withheld if it may no longer begin once the tunnel stands', async () => {
  const { server, proxy, segmind } = await openWorld();
  let tunnels = 0;
  const mayBegin = () => {
    tunnels = proxy.targets.length;
    return false;
  };
  expect(await segmind.submit(jobOf(), mayBegin)).toEqual({ type: 'withheld' });
  expect(tunnels).toBe(1);
  expect(server.requests).toEqual([]);
});

test('a poll through a proxy that refuses is a fault, and works once the proxy does', async () => {
  const { proxy, segmind } = await openWorld();
  const running: ReturnType<typeof jobOf> = jobOf({
    requestId: 'abc123',
    pollUrl: 'http://provider.example/workflows/request/abc123',
  });
  const poll = async (behaviour: Parameters<ConnectProxy['behave']>[0]) => {
    proxy.behave(behaviour);
    return (await segmind.poll(running)).event.type;
  };
  expect(await poll(502)).toBe('fault');
  expect(await poll((socket) => socket.resetAndDestroy())).toBe('fault');
  expect(await poll('tunnel')).toBe('seen');
});
