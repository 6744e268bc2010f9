import { afterEach, describe, expect, it } from 'vitest';
import { openWorld, post, read, send, type World } from './world.ts';

let world: World;

afterEach(() => world.close());

const graphqlJson = 'application/graphql-response+json';

describe('a request that is not an operation', () => {
  it.each<[string, string, number]>([
    ['that is no JSON', '{', 400],
    ['that is empty', '', 400],
    ['that is a batch', '[{"query":"{ me }"}]', 400],
    ['that is no object', '"query"', 400],
    ['that is null', 'null', 400],
    ['without a query', '{}', 400],
    ['with a null query', '{"query":null}', 400],
    ['whose query is no string', '{"query":7}', 400],
    ['whose operation name is no string', '{"query":"{ me }","operationName":7}', 400],
    ['whose variables are a list', '{"query":"{ me }","variables":[]}', 400],
    ['whose extensions are a string', '{"query":"{ me }","extensions":"x"}', 400],
  ])('has a body %s', async (_, body, status) => {
    world = await openWorld();
    for (const accept of ['application/json', graphqlJson]) {
      const answer = await post(world.url, body, { accept });
      expect(answer).toMatchObject({ status, body: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] } });
      expect(answer.headers.get('content-type')).toBe(`${accept}; charset=utf-8`);
    }
  });

  it('has parameters that are not JSON, or none', async () => {
    world = await openWorld();
    for (const search of ['', '?', '?query=', '?variables={}', '?query={me}&variables={', '?query={me}&variables=7']) {
      const answer = await read(fetch(`${world.url}/graphql${search}`, { headers: { accept: graphqlJson } }));
      expect(answer.status).toBe(400);
      expect(answer.body.errors[0].extensions.code).toMatch(/BAD_USER_INPUT|GRAPHQL_PARSE_FAILED/);
    }
  });

  it('accepts null parameters, and ignores unknown ones', async () => {
    world = await openWorld();
    const body = { query: '{ me }', operationName: null, variables: null, extensions: null, id: 'x' };
    expect(await post(world.url, body)).toMatchObject({ status: 200, body: { data: { me: 'demo TEST' } } });
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/graphql',
    'application/jsonx',
    'text/plain; application/json',
    '',
  ])('has the media type of a form, or an unknown one: "%s"', async (type) => {
    world = await openWorld();
    const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
    const answer = await send(world.url, { method: 'POST', headers, body: ['{"query":"mutation { act }"}'] });
    expect(answer).toMatchObject({ status: 415, body: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] } });
  });

  it('is a mutation by GET', async () => {
    world = await openWorld();
    const answer = await read(fetch(`${world.url}/graphql?query=mutation{act}`));
    expect(answer).toMatchObject({ status: 405, body: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] } });
    expect(answer.headers.get('allow')).toBe('POST');
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'HEAD'])('uses the method %s', async (method) => {
    world = await openWorld();
    const answer = await send(world.url, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers['allow']).toBe('GET, POST, OPTIONS');
  });

  it('is larger than 100 KiB, with or without Content-Length; one of 100 KiB is accepted', async () => {
    world = await openWorld();
    const bodyOf = (bytes: number) => {
      const frame = JSON.stringify({ query: '{ me }', extensions: { pad: '' } });
      return frame.replace('""', `"${'x'.repeat(bytes - frame.length)}"`);
    };
    expect(await post(world.url, bodyOf(100 * 1024))).toMatchObject({ status: 200 });
    expect(await post(world.url, bodyOf(100 * 1024 + 1))).toMatchObject({
      status: 413,
      body: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
    });
    const chunked = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
    const body = Array.from({ length: 40 }, () => 'x'.repeat(100_000));
    expect(await send(world.url, { method: 'POST', headers: chunked, body })).toMatchObject({ status: 413 });
  });
});
