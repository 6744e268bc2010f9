import { afterEach, expect, it } from 'vitest';
import { join, leave } from './socket.ts';
import { openWorld, post, send, tokenOf, tokens, type World } from './world.ts';

let world: World;

afterEach(() => world.close());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Uses a credential over HTTP, as an event stream and over a WebSocket, twice each. */
async function useIt(authorization: string): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    await post(world.url, { query: '{ me }' }, { authorization });
    await send(world.url, { path: '/graphql?query={me}', headers: { authorization, accept: 'text/event-stream' } });
    await expect(join(world.url, { authorization })).rejects.toThrow();
  }
}

const refusals = () => world.lines.filter(({ fields }) => fields['event'] === 'credential-refused');

it('a refused credential leaves one line a minute for its kind and reason, and never itself', async () => {
  world = await openWorld({ identity: { ...tokens, audience: 'reelgate' } });
  const secrets = {
    expired: await tokenOf({ aud: 'reelgate' }, '2020-01-01T00:00:00Z'),
    audience: await tokenOf({ aud: 'other-audience' }),
    forged: `${await tokenOf({ aud: 'reelgate' })}x`,
    env: await tokenOf({ aud: 'reelgate', env: 'live' }),
    key: 'sk_test_0123456789abcdef0123456789abcdef_secretsecretsecretsecretsecretsecretsecretsec',
    client: 'ct_eyJpZCI6IjEifQ.secretsecretsecretsecretsecretsecretsecretsec',
  };
  for (const secret of Object.values(secrets)) await useIt(`Bearer ${secret}`);
  await useIt('Basic dXNlcjpzZWNyZXQ=');
  expect(refusals().map(({ level, fields }) => [level, fields['credential'], fields['result']])).toEqual([
    ['info', 'token', 'expired'],
    ['warn', 'token', 'invalid'],
    ['warn', 'token', 'invalid'],
    ['warn', 'token', 'forbidden'],
    ['warn', 'API key', 'invalid'],
    ['warn', 'client token', 'invalid'],
    ['warn', 'authorization', 'invalid'],
  ]);
  const reasons = refusals().map(({ fields }) => String(fields['reason']));
  expect(reasons[1]).toContain('"aud"');
  expect(reasons[2]).toContain('signature');
  const written = JSON.stringify(world.lines);
  for (const secret of [...Object.values(secrets), 'dXNlcjpzZWNyZXQ', 'other-audience', 'secretsecret'])
    expect(written).not.toContain(secret);

  await world.clock.advance(60_000);
  await useIt(`Bearer ${secrets.key}`);
  expect(refusals()).toHaveLength(8);
});

it('no credential and a good one leave no line', async () => {
  world = await openWorld({ identity: tokens });
  await post(world.url, { query: '{ me }' });
  const good = bearer(await tokenOf());
  await post(world.url, { query: '{ me }' }, good);
  await leave(await join(world.url, good));
  expect(world.lines).toEqual([]);
});
