import { buildSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { SignJWT } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { createTestSchema } from './schema.ts';
import { authResultOf } from './signing.ts';
import { connect, join, leave } from './socket.ts';
import { openWorld, post, read, send, tokens, type World } from './world.ts';

let world: World;

afterEach(() => world.close());

const answer = { data: { me: 'demo TEST' } };

describe('over HTTP', () => {
  it('an empty operation name counts as none, and a byte order mark before JSON is skipped', async () => {
    world = await openWorld();
    expect((await post(world.url, { query: '{ me }', operationName: '' })).body).toEqual(answer);
    expect((await post(world.url, `\ufeff${JSON.stringify({ query: '{ me }' })}`)).body).toEqual(answer);
    expect((await post(world.url, '\ufeff')).status).toBe(400);
  });

  it('/graphql/ works like /graphql, over every transport', async () => {
    world = await openWorld();
    expect(await read(fetch(`${world.url}/graphql/?query={me}`))).toMatchObject({ status: 200, body: answer });
    const page = await read(fetch(`${world.url}/graphql/`, { headers: { accept: 'text/html' } }));
    expect(page.text).toContain('GraphiQL');
    const socket = await connect(world.url, { path: '/graphql/' });
    socket.send({ type: 'connection_init' });
    expect(await socket.next()).toMatchObject({ type: 'connection_ack' });
    await leave(socket);
  });

  it('/schema.graphql serves the schema, with or without a token', async () => {
    world = await openWorld({ identity: tokens });
    const served = await read(fetch(`${world.url}/schema.graphql`));
    expect(served).toMatchObject({ status: 200 });
    expect(served.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const own = createTestSchema({ open: 0, texts: 0 });
    const sorted = (schema: typeof own) => printSchema(lexicographicSortSchema(schema));
    expect(sorted(buildSchema(served.text))).toBe(sorted(own));
    expect(await send(world.url, { path: '/schema.graphql', method: 'POST' })).toMatchObject({ status: 405 });
    const head = await send(world.url, { path: '/schema.graphql', method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, text: '' });
  });
});

describe('over a WebSocket', () => {
  it('a binary frame is read as text, and a byte order mark is skipped', async () => {
    world = await openWorld();
    const socket = await connect(world.url);
    socket.socket.send(Buffer.from('{"type":"connection_init"}'), { binary: true });
    expect(await socket.next()).toMatchObject({ type: 'connection_ack' });
    socket.send('\ufeff{"type":"ping"}');
    expect(await socket.next()).toEqual({ type: 'pong' });
    socket.send({ type: 'subscribe', id: '1', payload: { query: '{ me }', operationName: '' } });
    expect(await socket.next()).toMatchObject({ payload: answer });
    await leave(socket);
  });
});

describe('a page of an origin that is not allowed', () => {
  it('is logged once a minute, with the setting that would allow it', async () => {
    world = await openWorld({ allowedOrigins: ['https://app.example'] });
    const refuse = async (origin: string) => {
      await expect(join(world.url, {}, { origin })).rejects.toThrow('403');
      await send(world.url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
      await send(world.url, { path: '/graphql?query={me}', headers: { origin } });
    };
    await refuse('http://localhost:5173');
    await refuse('http://localhost:5173');
    await refuse('null');
    await leave(await join(world.url, {}, { origin: 'https://app.example' }));
    expect(world.lines).toMatchObject([
      {
        level: 'warn',
        fields: { origin: 'http://localhost:5173' },
        message: expect.stringContaining('ALLOWED_ORIGINS=http://localhost:5173'),
      },
      { level: 'warn', fields: { origin: 'null' }, message: expect.stringContaining('no setting') },
    ]);
    await world.clock.advance(60_000);
    await refuse('http://localhost:5173');
    expect(world.lines).toHaveLength(3);
  });
});

describe('a token', () => {
  const signed = (claims: Record<string, unknown>, secret: string) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(new Date('2026-01-01T01:00:00Z'))
      .sign(new TextEncoder().encode(secret));
  const [fresh, old, other] = ['f', 'o', 'x'].map((frame) => frame.repeat(32)) as [string, string, string];

  it('may be signed with either of two secrets, and a single one may hold a comma', async () => {
    world = await openWorld();
    const check = async (secret: string, by: string) =>
      (await authResultOf({ ...tokens, secret }, `Bearer ${await signed({ sub: 'ada' }, by)}`)).kind;
    for (const by of [fresh, old]) expect(await check(`${fresh}, ${old}`, by)).toBe('known');
    expect(await check(`${fresh},${old}`, other)).toBe('invalid');
    expect(await check(fresh, old)).toBe('invalid');
    const comma = `${fresh},short`;
    expect(await check(comma, comma)).toBe('known');
    expect(await check(comma, fresh)).toBe('invalid');
  });

  it.each<[string, string, Record<string, unknown>, object]>([
    [
      'email',
      'realm_access.roles',
      { email: 'ada@x.org', realm_access: { roles: ['admin'] } },
      { viewer: { userId: 'ada@x.org', roles: ['admin'] } },
    ],
    [
      'user.id',
      'https://x.org/roles',
      { user: { id: 'ada' }, 'https://x.org/roles': 'viewer admin' },
      { viewer: { userId: 'ada', roles: ['viewer', 'admin'] } },
    ],
    [
      'sub',
      'https://x.org/app.roles',
      { sub: 'ada', 'https://x.org/app': { roles: ['x'] } },
      { viewer: { userId: 'ada', roles: ['x'] } },
    ],
    ['uid', 'a.b', { uid: 'ada', a: 'text' }, { viewer: { userId: 'ada', roles: [] } }],
    ['uid', 'roles', { sub: 'ada' }, { kind: 'invalid', message: expect.stringContaining('"uid"') }],
  ])('names its user at %s and their roles at %s', async (userClaim, rolesClaim, claims, expected) => {
    world = await openWorld();
    const identity = { ...tokens, secret: fresh, userClaim, rolesClaim };
    expect(await authResultOf(identity, `Bearer ${await signed(claims, fresh)}`)).toMatchObject(expected);
  });
});
