import { afterEach, describe, expect, it } from 'vitest';
import { keyTextOf, newSecret, secretHashOf } from '../../src/credential/api-key.ts';
import type { Credentials } from '../../src/server/auth/issued-token.ts';
import type { ServerOptions } from '../../src/server/server.ts';
import { keyOf } from '../store/contract/world.ts';
import { connect, join, leave } from './socket.ts';
import { openWorld, post, tokenOf, tokens, type World } from './world.ts';

let world: World;

afterEach(() => world.close());

/** An API key that may read jobs and nothing else. */
const secret = newSecret();

const key = keyOf({ scopes: ['jobs:read'], secretHash: secretHashOf(secret) });

const bearer = `Bearer ${keyTextOf({ ...key, secret })}`;

const credentials: Credentials = {
  findApiKey: async (id) => (id === key.id ? key : null),
  useApiKey: async () => undefined,
  secret: async () => new Uint8Array(32),
};

const demo = { identity: { kind: 'demo', liveEnabled: false }, credentials } as const;

const withTokens = { identity: tokens, credentials } as const;

type Mode = Pick<ServerOptions, 'identity' | 'credentials'>;

const wrong = 'Bearer sk_test_wrong';

/** A header is always text. */
function headerOf(text: unknown): string {
  return typeof text === 'string' ? text : JSON.stringify(text);
}

/** Every place in which clients put credentials. */
const places: readonly [string, (text: unknown) => { payload?: object; headers?: Record<string, string> }][] = [
  ['authorization', (text) => ({ payload: { authorization: text } })],
  ['Authorization', (text) => ({ payload: { Authorization: text } })],
  ['headers.authorization', (text) => ({ payload: { headers: { authorization: text } } })],
  ['headers.Authorization', (text) => ({ payload: { headers: { Authorization: text } } })],
  ['connectionParams', (text) => ({ payload: { connectionParams: { authorization: text } } })],
  ['the header of the upgrade', (text) => ({ headers: { authorization: headerOf(text) } })],
  ['the header beside an empty payload', (text) => ({ payload: {}, headers: { authorization: headerOf(text) } })],
  [
    'the header beside an empty token',
    (text) => ({ payload: { authorization: '', Authorization: null }, headers: { authorization: headerOf(text) } }),
  ],
  [
    'the payload before the header',
    (text) => ({ payload: { headers: { authorization: text } }, headers: { authorization: wrong } }),
  ],
];

describe.each<[string, Mode]>([
  ['in demo mode', demo],
  ['with tokens', withTokens],
])('%s a credential that a socket sends', (_, mode) => {
  it.each(places)('is used: %s', async (_place, show) => {
    world = await openWorld(mode);
    const { payload, headers } = show(bearer);
    const socket = await join(world.url, payload, headers);
    socket.send({ type: 'subscribe', id: '1', payload: { query: '{ me roles }' } });
    expect(await socket.next()).toMatchObject({ payload: { data: { me: `${key.owner} TEST`, roles: '' } } });
    await leave(socket);
  });

  it.each(places)('is refused if it is wrong: %s', async (_place, show) => {
    world = await openWorld(mode);
    for (const text of [wrong, 'Bearer', 'Basic YTpi', 7, [bearer], true]) {
      const { payload, headers = {} } = show(text);
      const socket = await connect(world.url, { headers });
      socket.send({ type: 'connection_init', payload });
      expect(await socket.closed, JSON.stringify(text)).toMatchObject({ code: 4401 });
    }
    expect(world.users).toEqual([]);
  });

  it('is not read from the header that a page’s browser adds, which is refused', async () => {
    world = await openWorld(mode);
    const headers = { authorization: bearer, origin: world.url };
    const socket = await connect(world.url, { headers });
    socket.send({ type: 'connection_init' });
    expect(await socket.closed).toMatchObject({ code: 4401, reason: expect.stringContaining('connection_init') });
    await leave(await join(world.url, { authorization: bearer }, headers));
  });
});

const strayPayloads: readonly object[] = [
  { token: 'secret' },
  { apiKey: 'sk_test_x' },
  { accessToken: 'secret' },
  { access_token: 'secret' },
  { auth: { token: 'secret' } },
  { 'X-API-Key': 'secret' },
  { headers: { 'x-api-key': 'secret' } },
  { connectionParams: { authToken: 7 } },
  { connectionParams: { headers: { authorization: bearer } } },
  { context: { headers: { Authorization: bearer } } },
];

const strayHeaders: readonly string[] = ['X-API-Key', 'Api-Key', 'apikey', 'X-Auth-Token', 'Access-Token'];

describe.each<[string, Mode]>([
  ['in demo mode', demo],
  ['with tokens', withTokens],
])('%s a credential in a place that is not read', (_, mode) => {
  it.each(strayPayloads)('is refused with a sentence that says what to send: %j', async (payload) => {
    world = await openWorld(mode);
    const socket = await connect(world.url);
    socket.send({ type: 'connection_init', payload });
    const { code, reason } = await socket.closed;
    expect(code).toBe(4401);
    expect(reason).toMatch(/^Send the credential as {"authorization": "Bearer …"}; "[\w-]+" is not read\.$/);
  });

  it.each(strayHeaders)('is refused as a header of a request and of an upgrade: %s', async (name) => {
    world = await openWorld(mode);
    const message = `Send the credential as "Authorization: Bearer …"; "${name.toLowerCase()}" is not read.`;
    expect(await post(world.url, { query: '{ __typename }' }, { [name]: 'secret' })).toMatchObject({
      status: 401,
      body: { errors: [{ message, extensions: { code: 'UNAUTHENTICATED' } }] },
    });
    const socket = await connect(world.url, { headers: { [name]: 'secret' } });
    socket.send({ type: 'connection_init' });
    expect(await socket.closed).toEqual({ code: 4401, reason: message });
  });

  it('is refused as a parameter of the address', async () => {
    world = await openWorld(mode);
    const query = encodeURIComponent('{ __typename }');
    const response = await fetch(`${world.url}/graphql?query=${query}&access_token=secret`);
    expect(response.status).toBe(401);
  });

  it('is not looked for where one counts, and cookies, empty members and other metadata are none', async () => {
    world = await openWorld(mode);
    const client = { name: 'web', version: '1.2.3', 'x-csrf-token': 'x', token: '', apiKey: null, auth: {} };
    await leave(await join(world.url, { authorization: bearer, ...client }, { cookie: 'token=secret' }));
    const headers = { cookie: 'token=secret', 'x-api-key': '' };
    expect(await post(world.url, { query: '{ __typename }' }, headers)).toMatchObject({ status: 200 });
    const authorized = { authorization: bearer, 'x-api-key': 'of the proxy' };
    expect(await post(world.url, { query: '{ __typename }' }, authorized)).toMatchObject({ status: 200 });
  });
});

describe('demo mode', () => {
  it.each([undefined, null, {}, { authorization: null }, { authorization: '' }, { headers: {} }, { headers: null }])(
    'treats a socket without credentials as the demo user: %j',
    async (payload) => {
      world = await openWorld(demo);
      const socket = await connect(world.url);
      socket.send({ type: 'connection_init', ...(payload === undefined ? {} : { payload }) });
      expect(await socket.next()).toMatchObject({ type: 'connection_ack' });
      socket.send({ type: 'subscribe', id: '1', payload: { query: '{ me roles }' } });
      expect(await socket.next()).toMatchObject({ payload: { data: { me: 'demo TEST', roles: 'admin' } } });
      await leave(socket);
    },
  );

  it('uses or refuses the credentials of a request over HTTP', async () => {
    world = await openWorld(demo);
    const shows = async (authorization: string) => post(world.url, { query: '{ me roles }' }, { authorization });
    expect((await shows(bearer)).body).toEqual({ data: { me: `${key.owner} TEST`, roles: '' } });
    expect((await shows('')).body).toEqual({ data: { me: 'demo TEST', roles: 'admin' } });
    for (const authorization of [wrong, `Bearer ${await tokenOf()}`, 'Bearer', 'Basic YTpi', 'Bearer undefined']) {
      const answer = await shows(authorization);
      expect(answer).toMatchObject({ status: 401, body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } });
    }
  });
});
