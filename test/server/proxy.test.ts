import { createServer } from 'vite';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { makeFolder } from '../world/gateway.ts';
import { connect, join, leave } from './socket.ts';
import { openWorld, post, send, tokens, type World } from './world.ts';

let world: World;

afterEach(() => world.close());

type Headers = Record<string, string>;

/** A real Vite with a frontend's proxy of /graphql. Returns its URL, which is the origin of its pages. */
async function openVite(proxy: Headers | Record<string, boolean>): Promise<string> {
  const folder = await makeFolder();
  const vite = await createServer({
    root: folder.path,
    configFile: false,
    logLevel: 'silent',
    server: { port: 0, host: '127.0.0.1', proxy: { '/graphql': { target: world.url, ws: true, ...proxy } } },
    optimizeDeps: { noDiscovery: true },
  });
  await vite.listen();
  onTestFinished(async () => {
    await vite.close();
    await folder.remove();
  });
  const address = vite.httpServer?.address();
  return `http://localhost:${typeof address === 'object' ? address?.port : ''}`;
}

describe('a page of a frontend’s own dev server, which proxies to the gateway', () => {
  it.each([
    ['as Vite’s guide writes it', {}],
    ['with changeOrigin and xfwd', { changeOrigin: true, xfwd: true }],
    ['with changeOrigin and rewriteWsOrigin', { changeOrigin: true, xfwd: true, rewriteWsOrigin: true }],
  ])('works over HTTP and WebSocket: %s', async (_name, proxy) => {
    world = await openWorld();
    const origin = await openVite(proxy);
    const at = origin.replace('localhost', '127.0.0.1');
    const host = new URL(origin).host;
    const answer = await send(at, {
      method: 'POST',
      headers: { host, origin, 'content-type': 'application/json' },
      body: ['{"query":"{ me }"}'],
    });
    expect(answer).toMatchObject({ status: 200, body: { data: { me: 'demo TEST' } } });
    expect(answer.headers['access-control-allow-origin']).toBe(origin);
    await leave(await join(at, {}, { origin, host }));
    expect(world.lines).toEqual([]);
  });

  it('is refused with the remedy in the log where the proxy replaces Host and forwards nothing', async () => {
    world = await openWorld();
    const origin = await openVite({ changeOrigin: true });
    const at = origin.replace('localhost', '127.0.0.1');
    await expect(join(at, {}, { origin })).rejects.toThrow();
    expect(world.lines).toMatchObject([{ message: expect.stringContaining(`ALLOWED_ORIGINS=${origin}`) }]);
  });
});

describe('a forwarded host', () => {
  const allowedFor = async (headers: Headers) =>
    (await post(world.url, { query: '{ __typename }' }, headers)).headers.get('access-control-allow-origin');

  it.each<[string, Headers, boolean]>([
    ['of a proxy that ends TLS', { 'x-forwarded-host': 'video.example.com', 'x-forwarded-proto': 'https' }, true],
    ['with the port of its scheme', { 'x-forwarded-host': 'video.example.com:443' }, true],
    ['in any letter case', { 'x-forwarded-host': 'Video.Example.com' }, true],
    ['of two proxies', { 'x-forwarded-host': 'video.example.com, inner:8080' }, true],
    [
      'behind TLS that a second proxy does not see',
      { 'x-forwarded-host': 'video.example.com', 'x-forwarded-proto': 'http' },
      true,
    ],
    ['of another name', { 'x-forwarded-host': 'video.example.org' }, false],
    ['that is nonsense', { 'x-forwarded-host': 'video.example.com/@' }, false],
    ['that is missing', { 'x-forwarded-port': '443' }, false],
  ])('%s makes the page its own: %j → %s', async (_name, headers, isAllowed) => {
    world = await openWorld({ identity: tokens });
    const origin = 'https://video.example.com';
    expect(await allowedFor({ origin, ...headers })).toBe(isAllowed ? origin : null);
  });

  it('does not make a page over HTTP the gateway’s own where clients come over TLS', async () => {
    world = await openWorld({ identity: tokens });
    const forwarded = { 'x-forwarded-host': 'video.example.com', 'x-forwarded-proto': 'https' };
    expect(await allowedFor({ origin: 'http://video.example.com', ...forwarded })).toBeNull();
  });

  it('is believed from this machine and from TRUSTED_PROXIES, and from nobody else', async () => {
    const headers = { origin: 'https://video.example.com', 'x-forwarded-host': 'video.example.com' };
    const { networkInterfaces } = await import('node:os');
    const own = Object.values(networkInterfaces())
      .flat()
      .find((each) => each?.internal === false && each.family === 'IPv4')?.address;
    world = await openWorld({ identity: tokens });
    expect(await allowedFor(headers)).toBe(headers.origin);
    if (own === undefined) return;
    // Its own address is not loopback, so the gateway sees a stranger.
    for (const [trustedProxies, allowed] of [
      [[], null],
      [[{ address: own, prefix: 32, family: 'ipv4' as const }], headers.origin],
    ] as const) {
      const other = await openWorld({ identity: tokens, host: '0.0.0.0', trustedProxies });
      onTestFinished(other.close);
      const { headers: answered } = await post(
        `http://${own}:${other.server.port}`,
        { query: '{ __typename }' },
        headers,
      );
      expect(answered.get('access-control-allow-origin')).toBe(allowed);
    }
  });
});

describe('demo mode, whose guard against DNS rebinding', () => {
  const ask = (headers: Headers) =>
    send(world.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: ['{"query":"{ me }"}'],
    });

  it('is not opened by a forwarded host: a rebound page can send any header but never another Host', async () => {
    world = await openWorld();
    const { host: here } = new URL(world.url);
    const rebound = { host: 'evil.example:4000', origin: 'http://evil.example:4000' };
    for (const forwarded of [here, 'localhost:4000', '127.0.0.1', `evil.example:4000, ${here}`])
      for (const headers of [rebound, { host: rebound.host }]) {
        const sent = {
          ...headers,
          'x-forwarded-host': forwarded,
          'x-forwarded-port': '4000',
          'x-forwarded-proto': 'http',
        };
        expect((await ask(sent)).status).toBe(403);
        await expect(connect(world.url, { headers: sent })).rejects.toThrow('403');
      }
    expect(world.users).toEqual([]);
  });

  it('also holds behind a proxy that replaces Host', async () => {
    world = await openWorld();
    const { host } = new URL(world.url);
    const foreign = [
      { 'x-forwarded-host': 'evil.example:5173' },
      { 'x-forwarded-host': 'localhost:5173, evil.example:5173' },
      // The page made one up, which some proxies keep; its Origin gives it away.
      { 'x-forwarded-host': 'localhost:5173', origin: 'http://evil.example:5173' },
      { origin: 'http://evil.example:5173' },
    ];
    for (const headers of foreign) {
      expect((await ask({ host, ...headers })).body.errors[0].extensions.code).toBe('FORBIDDEN');
      await expect(connect(world.url, { headers })).rejects.toThrow('403');
    }
    expect(world.users).toEqual([]);
    for (const headers of [{ 'x-forwarded-host': 'localhost:5173' }, { origin: 'http://localhost:5173' }])
      expect((await ask({ host, ...headers })).status).toBe(200);
  });

  it('lets pages of ALLOWED_ORIGINS through, even behind a proxy', async () => {
    world = await openWorld({ allowedOrigins: ['https://studio.example'] });
    const origin = 'https://studio.example';
    expect((await ask({ origin })).status).toBe(200);
    expect((await ask({ origin, 'x-forwarded-host': 'studio.example' })).status).toBe(200);
  });
});
