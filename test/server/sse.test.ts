import { afterEach, describe, expect, it } from 'vitest';
import { eventually, openWorld, post, read, send, tokenOf, tokens, type World } from './world.ts';

let world: World;

afterEach(() => world.close());

/** A stream that a test reads event by event. */
async function open(query: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query }),
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    response,
    /** Reads until the text contains this, or to the end; returns everything so far. */
    async until(mark: string): Promise<string> {
      while (!text.includes(mark)) {
        const chunk = await reader?.read();
        if (chunk === undefined || chunk.done) break;
        text += chunk.value;
      }
      return text.replaceAll(/^:\n\n/gm, '');
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

describe('a stream of events', () => {
  it('delivers a whole subscription, by POST and by GET', async () => {
    world = await openWorld();
    const stream = await open('subscription { count(to: 2) }');
    const events = [1, 2].map((count) => `event: next\ndata: {"data":{"count":${count}}}\n\n`);
    expect(await stream.rest()).toBe(`${events.join('')}event: complete\nid: over\ndata:\n\n`);
    expect(stream.response.status).toBe(200);
    expect(Object.fromEntries(stream.response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
    expect(stream.response.headers.has('content-encoding')).toBe(false);
    const { text } = await send(world.url, {
      path: '/graphql?query=subscription{count(to:1)}',
      headers: { accept: 'text/event-stream' },
    });
    expect(text).toContain('data: {"data":{"count":1}}');
  });

  it('delivers the one result of a query, too', async () => {
    world = await openWorld();
    const stream = await open('{ me }');
    expect(await stream.rest()).toBe(
      'event: next\ndata: {"data":{"me":"demo TEST"}}\n\nevent: complete\nid: over\ndata:\n\n',
    );
  });

  it('beats every 12 s while there is nothing to send', async () => {
    world = await openWorld();
    const { body } = await fetch(`${world.url}/graphql?query=subscription{count}`, {
      headers: { accept: 'text/event-stream' },
    });
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const until = async (whole: string) => {
      while (text.length < whole.length) text += (await reader?.read())?.value ?? '';
      expect(text).toBe(whole);
    };
    const begun = ':\n\nevent: next\ndata: {"data":{"count":1}}\n\n';
    await until(begun);
    await world.clock.advance(12_000);
    await until(`${begun}:\n\n`);
    await world.clock.advance(12_000);
    await until(`${begun}:\n\n:\n\n`);
    await reader?.cancel();
  });

  it('that is over is not begun again for a client that reconnects by itself', async () => {
    world = await openWorld();
    const again = await open('subscription { count(to: 1) }', { 'last-event-id': 'over' });
    expect(again.response.status).toBe(204);
    expect(await again.rest()).toBe('');
    const json = await post(world.url, { query: '{ me }' }, { 'last-event-id': 'over', accept: 'application/json' });
    expect(json.status).toBe(200);
  });

  it('frees its subscription at once when the client leaves', async () => {
    world = await openWorld();
    const stream = await open('subscription { count }');
    await stream.until('"count":1');
    expect(world.open()).toBe(1);
    await stream.leave();
    await eventually(world.open).toBe(0);
  });

  it.each<[string, string, string]>([
    ['that cannot be parsed', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['with a field that is not there', 'subscription { you }', 'GRAPHQL_VALIDATION_FAILED'],
    ['without its variable', 'subscription($to: Int!) { count(to: $to) }', 'BAD_USER_INPUT'],
    ['for what is not there', 'subscription { missing }', 'NOT_FOUND'],
  ])('reports an operation %s in its one event', async (_, query, code) => {
    world = await openWorld();
    const text = await (await open(query)).rest();
    expect(text).toMatch(/^event: next\ndata: (.*)\n\nevent: complete\nid: over\ndata:\n\n$/);
    const result = JSON.parse(/data: (.*)/.exec(text)?.[1] ?? '');
    expect(result.errors[0].extensions).toEqual({ code });
  });

  it.each(['subscription { fails }', 'subscription { breaks }'])('masks internal errors: %s', async (query) => {
    world = await openWorld();
    const text = await (await open(query, { 'x-request-id': 'request-7' })).rest();
    expect(text).toContain('"extensions":{"code":"INTERNAL_SERVER_ERROR","requestId":"request-7"}');
    expect(text).not.toContain('hunter2');
    expect(world.lines).toMatchObject([{ level: 'error', fields: { requestId: 'request-7' } }]);
  });

  it('ends with a final error event when the token expires', async () => {
    world = await openWorld({ identity: tokens });
    const authorization = `Bearer ${await tokenOf({}, '2026-01-01T00:00:10Z')}`;
    const stream = await open('subscription { count }', { authorization });
    await stream.until('"count":1');
    await world.clock.advance(10_000);
    const text = await stream.rest();
    expect(text).toContain('"code":"UNAUTHENTICATED"');
    expect(text).toMatch(/event: complete\ndata:\n\n$/);
    await eventually(world.open).toBe(0);
  });

  it('ends without a final event when the server stops, so that clients reconnect', async () => {
    world = await openWorld();
    const stream = await open('subscription { count }');
    await stream.until('"count":1');
    await world.server.closeSockets();
    expect(await stream.rest()).not.toContain('complete');
    expect(world.open()).toBe(0);
  });

  it('that the client does not read for 30 s is cut off', async () => {
    world = await openWorld();
    const stream = await open('subscription { texts(length: 1000000) }');
    expect(stream.response.status).toBe(200);
    // Keep producing until the buffers of both sides are full.
    let made = -1;
    await eventually(() => {
      const before = made;
      made = world.texts();
      return made > 0 && made === before;
    }).toBe(true);
    await eventually(() => world.clock.advance(31_000).then(world.open)).toBe(0);
    await expect(stream.rest()).rejects.toThrow('terminated');
  });

  it('is refused with a 429 beyond a hundred of the same user', async () => {
    world = await openWorld({ identity: tokens });
    const authorization = `Bearer ${await tokenOf()}`;
    const streams = await Promise.all(
      Array.from({ length: 100 }, () => open('subscription { count }', { authorization })),
    );
    const refused = await open('subscription { count }', { authorization });
    expect(refused.response.status).toBe(429);
    expect(await refused.rest()).toContain('RATE_LIMITED');
    const bob = await open('subscription { count(to: 1) }', {
      authorization: `Bearer ${await tokenOf({ sub: 'bob' })}`,
    });
    expect(await bob.rest()).toContain('complete');
    await Promise.all(streams.map((stream) => stream.leave()));
    await eventually(world.open).toBe(0);
    const again = await open('subscription { count(to: 1) }', { authorization });
    expect(again.response.status).toBe(200);
    await again.rest();
  });

  it('is refused with a status and JSON after too many requests or without a token', async () => {
    world = await openWorld({ requestsPerMinute: 1 });
    await post(world.url, { query: '{ me }' });
    const refused = await read(
      fetch(`${world.url}/graphql?query=subscription{count}`, { headers: { accept: 'text/event-stream' } }),
    );
    expect(refused).toMatchObject({ status: 429, body: { errors: [{ extensions: { code: 'RATE_LIMITED' } }] } });
    expect(refused.headers.get('retry-after')).toBe('60');
  });
});
