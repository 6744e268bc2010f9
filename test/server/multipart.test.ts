import { afterEach, describe, expect, it } from 'vitest';
import { eventually, openWorld, post, tokenOf, tokens, type World } from './world.ts';

let world: World;

afterEach(() => world.close());

const accept = 'multipart/mixed;subscriptionSpec=1.0, application/json';

/** A multipart response that a test reads byte by byte. */
async function open(query: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...headers },
    body: JSON.stringify({ query }),
  });
  const reader = response.body?.getReader();
  let text = '';
  return {
    response,
    /** Reads until the body contains this, or to the end; returns everything so far. */
    async until(mark: string): Promise<string> {
      while (!text.includes(mark)) {
        const chunk = await reader?.read();
        if (chunk === undefined || chunk.done) break;
        text += Buffer.from(chunk.value).toString();
      }
      return text;
    },
    /** Reads to the end and returns everything. */
    rest() {
      return this.until('\u0000');
    },
    async leave(): Promise<void> {
      await reader?.cancel();
    },
  };
}

/** The parts of a whole body (RFC 2046, section 5.1.1), parsed. Fails where it has no closing delimiter. */
function partsOf(body: string): unknown[] {
  const [preamble, ...rest] = body.split('\r\n---');
  const epilogue = rest.pop();
  expect([preamble, epilogue]).toEqual(['', '--\r\n']);
  return rest.map((part) => {
    const [head, json = ''] = part.split('\r\n\r\n');
    expect(head).toBe('\r\nContent-Type: application/json; charset=utf-8');
    return JSON.parse(json);
  });
}

const countOf = (count: number) => ({ payload: { data: { count } } });

describe('a multipart response', () => {
  it('delivers a whole subscription, in parts that end as soon as they are sent', async () => {
    world = await openWorld();
    const stream = await open('subscription { count(to: 2) }');
    expect(partsOf(await stream.rest())).toEqual([countOf(1), countOf(2)]);
    expect(stream.response.status).toBe(200);
    expect(Object.fromEntries(stream.response.headers)).toMatchObject({
      'content-type': 'multipart/mixed;boundary="-";subscriptionSpec=1.0',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
    const endless = await open('subscription { count }');
    // The delimiter after a part shows a client that it is whole.
    expect(await endless.until('"count":1')).toBe(
      '\r\n---\r\nContent-Type: application/json; charset=utf-8\r\n\r\n{"payload":{"data":{"count":1}}}\r\n---',
    );
    await endless.leave();
    await eventually(world.open).toBe(0);
  });

  it('beats with an empty part every 12 s', async () => {
    world = await openWorld();
    const stream = await open('subscription { count }');
    const begun = await stream.until('"count":1');
    await world.clock.advance(12_000);
    const beaten = await stream.until('{}\r\n---');
    expect(partsOf(`${beaten}--\r\n`)).toEqual([countOf(1), {}]);
    expect(beaten.startsWith(begun)).toBe(true);
    await stream.leave();
  });

  it.each<[string, string, number, string]>([
    ['cannot be parsed', 'subscription {', 400, 'GRAPHQL_PARSE_FAILED'],
    ['has a field that is not there', 'subscription { you }', 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['lacks its variable', 'subscription($to: Int!) { count(to: $to) }', 400, 'BAD_USER_INPUT'],
    ['watches what is not there', 'subscription { missing }', 404, 'NOT_FOUND'],
  ])('is JSON where an operation %s', async (_, query, status, code) => {
    world = await openWorld();
    for (const [type, shown] of [
      ['multipart/mixed;subscriptionSpec=1.0', status],
      ['multipart/mixed;subscriptionSpec=1.0, application/graphql-response+json', status],
      [accept, 200],
    ] as const) {
      const answer = await post(world.url, { query }, { accept: type });
      expect(answer).toMatchObject({ status: shown, body: { errors: [{ extensions: { code } }] } });
    }
  });

  it('is JSON for a query, unless the client accepts nothing else', async () => {
    world = await openWorld();
    expect(await post(world.url, { query: '{ me }' }, { accept })).toMatchObject({
      status: 200,
      body: { data: { me: 'demo TEST' } },
    });
    const stream = await open('{ me }', { accept: 'multipart/mixed;subscriptionSpec="1.0"' });
    expect(partsOf(await stream.rest())).toEqual([{ payload: { data: { me: 'demo TEST' } } }]);
  });

  it('shows the error of one result in its payload, and ends with a part without one where the source breaks', async () => {
    world = await openWorld();
    const id = { 'x-request-id': 'request-7' };
    const extensions = { code: 'INTERNAL_SERVER_ERROR', requestId: 'request-7' };
    const failed = partsOf(await (await open('subscription { fails }', id)).rest());
    expect(failed).toMatchObject([{ payload: { data: { fails: null }, errors: [{ extensions }] } }]);
    const broken = partsOf(await (await open('subscription { breaks }', id)).rest());
    expect(broken).toMatchObject([{ payload: { data: { breaks: 1 } } }, { payload: null, errors: [{ extensions }] }]);
    expect(JSON.stringify([failed, broken])).not.toContain('hunter2');
    expect(world.lines).toMatchObject([
      { level: 'error', fields: { requestId: 'request-7' } },
      { level: 'error', fields: { requestId: 'request-7' } },
    ]);
  });

  it('ends with an error when the token expires', async () => {
    world = await openWorld({ identity: tokens });
    const authorization = `Bearer ${await tokenOf({}, '2026-01-01T00:00:10Z')}`;
    const stream = await open('subscription { count }', { authorization });
    await stream.until('"count":1');
    await world.clock.advance(10_000);
    expect(partsOf(await stream.rest())).toMatchObject([
      countOf(1),
      { payload: null, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    ]);
    await eventually(world.open).toBe(0);
  });

  it('ends with an error when the server stops', async () => {
    world = await openWorld();
    const stream = await open('subscription { count }');
    await stream.until('"count":1');
    await world.server.closeSockets();
    expect(partsOf(await stream.rest())).toMatchObject([
      countOf(1),
      { payload: null, errors: [{ message: 'The gateway is shutting down; subscribe again.' }] },
    ]);
    expect(world.open()).toBe(0);
  });

  it('that the client does not read for 30 s is cut off', async () => {
    world = await openWorld();
    const stream = await open('subscription { texts(length: 1000000) }');
    let made = -1;
    await eventually(() => {
      const before = made;
      made = world.texts();
      return made > 0 && made === before;
    }).toBe(true);
    await eventually(() => world.clock.advance(31_000).then(world.open)).toBe(0);
    await expect(stream.rest()).rejects.toThrow('terminated');
  });

  it('counts with the streams of events: a user may have a hundred in all', async () => {
    world = await openWorld({ identity: tokens });
    const authorization = `Bearer ${await tokenOf()}`;
    const types = ['text/event-stream', accept];
    const streams = await Promise.all(
      Array.from({ length: 100 }, (_, at) =>
        open('subscription { count }', { authorization, accept: types[at % 2] ?? accept }),
      ),
    );
    const refused = await post(world.url, { query: 'subscription { count }' }, { authorization, accept });
    expect(refused).toMatchObject({ status: 429, body: { errors: [{ extensions: { code: 'RATE_LIMITED' } }] } });
    expect(world.open()).toBe(100);
    await Promise.all(streams.map((stream) => stream.leave()));
    await eventually(world.open).toBe(0);
  });

  it('is refused with a status and JSON without a token', async () => {
    world = await openWorld({ identity: tokens });
    const refused = await post(world.url, { query: 'subscription { count }' }, { accept });
    expect(refused).toMatchObject({ status: 401, body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } });
  });
});
