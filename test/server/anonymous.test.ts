import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openWorld, post, tokenOf, tokens } from './world.ts';

const subnet = { address: '127.0.0.1', prefix: 32, family: 'ipv4' } as const;

async function open(options: Parameters<typeof openWorld>[0] = {}) {
  const world = await openWorld({ identity: tokens, anonymousRequestsPerMinute: 3, ...options });
  onTestFinished(() => world.close());
  const ask = (headers: Record<string, string> = {}) => post(world.url, { query: '{ __typename }' }, headers);
  return { ...world, ask };
}

describe('callers without a token', () => {
  it('have a rate, which comes back with time; callers with a token have their own', async () => {
    const { ask, clock } = await open();
    for (let times = 0; times < 3; times += 1) expect((await ask()).status).toBe(200);
    const refused = await ask();
    expect(refused).toMatchObject({
      status: 429,
      body: {
        errors: [{ message: expect.stringContaining('try again in 20 s'), extensions: { code: 'RATE_LIMITED' } }],
      },
    });
    expect(refused.headers.get('retry-after')).toBe('20');
    expect((await ask({ authorization: `Bearer ${await tokenOf()}` })).status).toBe(200);
    await clock.advance(20_000);
    expect((await ask()).status).toBe(200);
  });

  it('have it for each address, behind a trusted proxy as well, and cannot invent another', async () => {
    const { ask } = await open({ trustedProxies: [subnet] });
    const from = (address: string) => ask({ 'x-forwarded-for': address });
    for (let times = 0; times < 3; times += 1) expect((await from(`${times}.6.6.6, 203.0.113.9`)).status).toBe(200);
    expect((await from('9.6.6.6, 203.0.113.9')).status).toBe(429);
    expect((await from('203.0.113.10')).status).toBe(200);
    const direct = await open();
    for (let times = 0; times < 3; times += 1) await direct.ask({ 'x-forwarded-for': `203.0.113.${times}` });
    expect((await direct.ask({ 'x-forwarded-for': '203.0.113.9' })).status).toBe(429);
  });

  it('get the same answer about the schema without another execution', async () => {
    const { url } = await open();
    const query = getIntrospectionQuery();
    const first = await post(url, { query });
    expect(first.body.data.__schema.queryType.name).toBe('Query');
    expect((await post(url, { query })).text).toBe(first.text);
    // Another operation of the same text is another answer.
    const two = 'query A { __typename } query B { b: __typename }';
    expect((await post(url, { query: two, operationName: 'A' })).body).toEqual({ data: { __typename: 'Query' } });
  });
});
