import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, join, leave } from '../server/socket.ts';
import { makeFolder, request, startGateway, type TestGateway, testSecret, tokenOf } from '../world/gateway.ts';
import { scrape } from './samples.ts';

const token = 'a-token-of-the-scrapes';

/** A constant of src/server/http/event-stream.ts. */
const streamsPerUser = 100;

const watch = 'subscription { accountUpdated { balance } }';

let gateway: TestGateway;

beforeAll(async () => {
  const folder = await makeFolder();
  gateway = await startGateway(folder.path, {
    AUTH_JWT_SECRET: testSecret,
    METRICS_TOKEN: token,
    USER_SOCKETS: '1',
    SOCKET_SUBSCRIPTIONS: '2',
    USER_REQUESTS_PER_MINUTE: '120',
    ANONYMOUS_REQUESTS_PER_MINUTE: '2',
  });
  return folder.remove;
});
afterAll(() => gateway.stop());

const authorizationOf = async (user: string) => `Bearer ${await tokenOf(user, { env: 'test' })}`;

/** How often a limit was hit, and the lines that say so. */
async function hitsOf(limit: string) {
  const samples = await scrape(gateway.url, token);
  const lines = gateway.output().split('\n');
  const logged = lines.filter((line) => line.includes('A user has reached a limit.')).map((line) => JSON.parse(line));
  return {
    count: samples.of('reelgate_limits_hit_total', { limit }),
    lines: logged.filter((line) => line.limit === limit),
  };
}

test('one more socket than USER_SOCKETS is counted and logged', async () => {
  const authorization = await authorizationOf('ana');
  const socket = await join(gateway.url, { authorization });
  const refused = await connect(gateway.url);
  refused.send({ type: 'connection_init', payload: { authorization } });
  expect(await refused.closed).toMatchObject({ code: 1013 });
  await leave(socket);
  expect(await hitsOf('sockets')).toMatchObject({ count: 1, lines: [{ user: 'TEST ana', allowed: 1, hits: 1 }] });
});

test('one more operation on a socket than SOCKET_SUBSCRIPTIONS is counted and logged', async () => {
  const socket = await join(gateway.url, { authorization: await authorizationOf('ben') });
  for (const id of ['1', '2', '3', '4']) socket.send({ type: 'subscribe', id, payload: { query: watch } });
  const messages = [await socket.next(), await socket.next(), await socket.next(), await socket.next()];
  const errors = messages.filter(({ type }) => type === 'error');
  expect(errors.map(({ payload }) => payload[0].extensions.code)).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
  await leave(socket);
  expect(await hitsOf('socket_subscriptions')).toMatchObject({
    count: 2,
    lines: [{ user: 'TEST ben', allowed: 2, hits: 1 }],
  });
});

test('one more stream than a user may have is counted and logged', async () => {
  const leaving = new AbortController();
  const headers = {
    'content-type': 'application/json',
    accept: 'text/event-stream',
    authorization: await authorizationOf('cem'),
  };
  const body = JSON.stringify({ query: watch });
  const open = () => fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body, signal: leaving.signal });
  const opened = await Promise.all(Array.from({ length: streamsPerUser }, open));
  expect(new Set(opened.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await open()).status).toBe(429);
  leaving.abort();
  expect(await hitsOf('streams')).toMatchObject({ count: 1, lines: [{ user: 'TEST cem', allowed: 100, hits: 1 }] });
});

test('more requests than USER_REQUESTS_PER_MINUTE are counted each time and logged once', async () => {
  const bearer = await tokenOf('dan', { env: 'test' });
  const codes: unknown[] = [];
  for (let sent = 0; sent < 125; sent += 1) {
    const { errors } = await request(gateway, '{ viewer { userId } }', {}, bearer);
    codes.push(errors?.[0].extensions.code);
  }
  const refused = codes.filter((code) => code === 'RATE_LIMITED').length;
  expect(refused).toBeGreaterThan(0);
  expect(await hitsOf('requests')).toMatchObject({
    count: refused,
    lines: [{ user: 'TEST dan', allowed: 120, hits: 1 }],
  });
});

test('more requests without a token than ANONYMOUS_REQUESTS_PER_MINUTE are counted each time and logged once', async () => {
  for (let sent = 0; sent < 4; sent += 1) await request(gateway, '{ __typename }');
  expect(await hitsOf('anonymous_requests')).toMatchObject({ count: 2, lines: [{ allowed: 2, hits: 1 }] });
});
