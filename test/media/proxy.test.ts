import { expect, test } from 'vitest';
import { noProxies, parseProxy } from '../../src/lib/proxy.ts';
import { openConnectProxy } from '../world/connect-proxy.ts';
import { errorOf, get, openSource, readAll, resolverOf, serve } from './world.ts';

const video = Buffer.from('\0\0\0\x20ftypisom and the rest');

/** A file server that only a proxy can reach, and a source that uses the proxy. `hosts`: what the gateway itself can resolve. */
async function openWorld(hosts: Readonly<Record<string, readonly string[]>> = {}) {
  const server = await serve((request, response) => {
    const to = /^\/to\/(.*)$/.exec(request.url ?? '')?.[1];
    if (to === undefined) response.writeHead(200, { 'content-type': 'video/mp4' }).end(video);
    else response.writeHead(302, { location: decodeURIComponent(to) }).end();
  });
  const names = ['files.example', 'internal', 'files.lan', 'rebound.example', 'mixed.example', '10.0.0.7'];
  const proxy = await openConnectProxy(Object.fromEntries(names.map((name) => [name, server.port])));
  const proxies = { ...noProxies, http: parseProxy(`http://127.0.0.1:${proxy.port}`) };
  const { lookup } = resolverOf(hosts);
  return { proxy, source: openSource({ scope: 'public', proxies, lookup }) };
}

test('a video is read through the proxy, under a name that only the proxy can resolve', async () => {
  const { proxy, source } = await openWorld();
  expect(await readAll('http://files.example/v.mp4', source)).toEqual(video);
  expect(proxy.targets).toEqual(['files.example:80']);
});

test('a host whose addresses are public here is left to the proxy', async () => {
  const { source } = await openWorld({ 'files.example': ['203.0.112.9', '2606:4700::1'] });
  expect(await readAll('http://files.example/v.mp4', source)).toEqual(video);
});

test.each([
  ['an address of a private network', 'http://10.0.0.7/v.mp4'],
  ['a name without a dot', 'http://internal/v.mp4'],
  ['a name of a private network', 'http://files.lan./v.mp4'],
  ['a name that leads into a private network here', 'http://rebound.example/v.mp4'],
  ['a name with one private address among public ones, of which the proxy may take any', 'http://mixed.example/v.mp4'],
])('the proxy is not asked for %s, at first or by a redirect', async (_, url) => {
  const { proxy, source } = await openWorld({
    'rebound.example': ['10.0.0.7'],
    'mixed.example': ['203.0.112.9', 'fd00::7'],
  });
  expect(await errorOf(source.open(url, get()))).toMatchObject({ kind: 'forbidden' });
  expect(proxy.targets).toEqual([]);
  const redirect = `http://files.example/to/${encodeURIComponent(url)}`;
  expect(await errorOf(source.open(redirect, get()))).toMatchObject({ kind: 'forbidden' });
  expect(proxy.targets).toEqual(['files.example:80']);
});

test.each([407, 403, 502])(
  'a proxy that answers CONNECT with %d is an outage, not the end of the video',
  async (status) => {
    const { proxy, source } = await openWorld();
    proxy.behave(status);
    expect(await errorOf(source.open('http://files.example/v.mp4', get()))).toMatchObject({ kind: 'unreachable' });
  },
);
