import { afterEach, describe, expect, it } from 'vitest';
import { eventually, openWorld, post, send, type World } from './world.ts';

let world: World;

afterEach(() => world.close());

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

describe('every response', () => {
  const paths = [
    '/',
    '/graphql',
    '/graphql?query={me}',
    '/healthz',
    '/readyz',
    '/nowhere',
    '/sandbox/x',
    '/graphiql/start.js',
  ];

  it.each(paths)('has security headers for browsers: %s', async (path) => {
    world = await openWorld();
    const { headers } = await send(world.url, { path, headers: { accept: '*/*' } });
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers).not.toHaveProperty('x-powered-by');
  });

  it('has a request id: the client’s, if that is valid', async () => {
    world = await openWorld();
    const idOf = async (id: string) =>
      (await send(world.url, { path: '/healthz', headers: { 'x-request-id': id } })).headers['x-request-id'];
    expect(await idOf('abc-123')).toBe('abc-123');
    expect(await idOf('a b')).toMatch(uuid);
    expect(await idOf('x'.repeat(129))).toMatch(uuid);
  });

  it('is JSON with a code for a missing path, and a sentence at the root if the dashboard is not built', async () => {
    world = await openWorld();
    for (const path of ['/nowhere', '/graphql/x', '/graphql//', '/GraphQL', '/sandbox', '//', '/graphiql/none']) {
      expect(await send(world.url, { path })).toMatchObject({
        status: 404,
        body: { errors: [{ extensions: { code: 'NOT_FOUND' } }] },
      });
    }
    const root = await send(world.url, { path: '/' });
    expect([root.status, root.headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(root.text).toMatch(/npm run build.*\/graphql/s);
    expect(await send(world.url, { path: '/sandbox/x' })).toMatchObject({ status: 200, text: 'sandbox' });
  });

  it('is a masked 500 if a handler throws', async () => {
    world = await openWorld({ sandbox: () => Promise.reject(new Error('the password is hunter2')) });
    const answer = await send(world.url, { path: '/sandbox/x' });
    expect(answer).toMatchObject({
      status: 500,
      body: { errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
    });
    expect(answer.text).not.toContain('hunter2');
    expect(world.lines).toMatchObject([{ level: 'error' }]);
  });
});

describe('health', () => {
  it('is healthy while the process lives, ready while the database responds', async () => {
    let reason: Error | null = null;
    world = await openWorld({ ready: () => (reason === null ? Promise.resolve() : Promise.reject(reason)) });
    expect(await send(world.url, { path: '/healthz' })).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await send(world.url, { path: '/readyz' })).toMatchObject({ status: 200, body: { status: 'ready' } });
    reason = new Error('connect ECONNREFUSED 10.0.0.5');
    expect(await send(world.url, { path: '/readyz' })).toMatchObject({
      status: 503,
      text: expect.not.stringContaining('10.0.0.5'),
      body: { status: 'not ready', reason: 'The database cannot be written to.' },
    });
    expect(await send(world.url, { path: '/healthz' })).toMatchObject({ status: 200 });
  });

  it('is not ready while the database does not respond', async () => {
    world = await openWorld({ ready: () => new Promise(() => undefined) });
    const answer = send(world.url, { path: '/readyz' });
    await eventually(() => world.clock.advance(2000).then(() => world.lines.length)).toBe(1);
    expect(await answer).toMatchObject({ status: 503, body: { reason: 'The database does not answer.' } });
  });
});

describe('a page of another origin', () => {
  const allowedOrigins = ['https://app.example.com'];
  const preflight = {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization, content-type',
  };

  it.each(['https://app.example.com', 'HTTPS://APP.example.com'])(
    'may use the gateway if it is listed: %s',
    async (origin) => {
      world = await openWorld({ allowedOrigins });
      const asked = await send(world.url, { method: 'OPTIONS', headers: { origin, ...preflight } });
      expect(asked).toMatchObject({
        status: 204,
        headers: {
          'access-control-allow-origin': origin,
          'access-control-allow-methods': 'GET, POST',
          'access-control-allow-headers': 'authorization, content-type',
          vary: expect.stringContaining('Origin'),
        },
      });
      expect(asked.headers).not.toHaveProperty('access-control-allow-credentials');
      const answer = await post(world.url, { query: '{ me }' }, { origin });
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      expect(answer.headers.get('access-control-expose-headers')).toContain('X-Request-Id');
    },
  );

  it.each(['https://evil.example', 'https://app.example.com.evil.example', 'http://app.example.com', 'null'])(
    'cannot read the response if it is not listed: %s',
    async (origin) => {
      world = await openWorld({ allowedOrigins });
      const asked = await send(world.url, { method: 'OPTIONS', headers: { origin, ...preflight } });
      expect(asked).toMatchObject({ status: 403, body: { errors: [{ extensions: { code: 'FORBIDDEN' } }] } });
      expect(asked.headers).not.toHaveProperty('access-control-allow-origin');
      const answer = await post(world.url, { query: '{ me }' }, { origin });
      expect(answer.headers.has('access-control-allow-origin')).toBe(false);
      expect(answer.headers.get('vary')).toContain('Origin');
    },
  );

  it('may use it if its origin is the gateway’s own, according to PUBLIC_URL or the Host header', async () => {
    world = await openWorld({ publicUrl: () => 'https://reelgate.example' });
    for (const origin of ['https://reelgate.example', world.url]) {
      const answer = await post(world.url, { query: '{ me }' }, { origin });
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    }
  });
});
