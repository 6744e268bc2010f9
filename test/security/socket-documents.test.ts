import { createHash } from 'node:crypto';
import { createClient, type SubscribePayload } from 'graphql-ws';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { openWorld } from '../hub/world.ts';
import { join, leave } from '../server/socket.ts';
import { tokenOf } from '../server/world.ts';
import type { Loose } from '../world/gateway.ts';

const who = '{ viewer { userId } }';

const feed = 'subscription { jobEvents { __typename } }';

const hashOf = (query: string) => createHash('sha256').update(query).digest('hex');

const persisted = (query: string) => ({ persistedQuery: { version: 1, sha256Hash: hashOf(query) } });

const authorizationOf = async (userId: string) =>
  `Bearer ${await tokenOf({ sub: userId, env: 'test' }, '2027-01-01T00:00:00Z')}`;

/** graphql-ws's own client on one socket for all operations, which fails on any close of that socket. */
async function openClient(url: string) {
  const authorization = await authorizationOf('ada');
  const closes: unknown[] = [];
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    lazy: false,
    retryAttempts: 0,
    connectionParams: { authorization },
    on: { closed: (event) => void closes.push(event) },
  });
  onTestFinished(async () => {
    expect(closes).toEqual([]);
    await client.dispose();
  });
  return {
    /** The first result of an operation, or the errors that refused it. The library demands a query, which may be empty. */
    async first(payload: Partial<SubscribePayload> & { documentId?: string }): Promise<Loose> {
      const results = client.iterate({ query: '', ...payload });
      try {
        return (await results.next()).value;
      } catch (errors) {
        return { errors };
      } finally {
        await results.return?.();
      }
    },
  };
}

describe('a persisted document over WebSocket', () => {
  it('is registered with its hash, then named by it: queries and subscriptions alike', async () => {
    const { url } = await openWorld();
    const client = await openClient(url);
    for (const [query, expected] of [
      [who, { data: { viewer: { userId: 'ada' } } }],
      [feed, { data: { jobEvents: { __typename: 'FeedLive' } } }],
    ] as const) {
      const extensions = persisted(query);
      expect(await client.first({ extensions })).toMatchObject({
        errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
      });
      expect(await client.first({ query, extensions })).toEqual(expected);
      expect(await client.first({ extensions })).toEqual(expected);
      expect(await client.first({ documentId: `sha256:${hashOf(query)}` })).toEqual(expected);
    }
  });

  it('is refused with a wrong hash, and not kept', async () => {
    const { url } = await openWorld();
    const client = await openClient(url);
    expect(await client.first({ query: who, extensions: persisted(feed) })).toMatchObject({
      errors: [{ message: '"sha256Hash" does not match "query".', extensions: { code: 'BAD_USER_INPUT' } }],
    });
    expect(await client.first({ extensions: persisted(feed) })).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
  });

  it('needs no "query" at all, and an unknown one ends its operation only', async () => {
    const { url } = await openWorld();
    const socket = await join(url, { authorization: await authorizationOf('ada') });
    const send = (payload: object) => socket.send({ type: 'subscribe', id: 'same', payload });
    for (const payload of [
      { documentId: 'unknown' },
      { documentId: 'unknown', query: null },
      { extensions: persisted(who) },
    ]) {
      send(payload);
      expect(await socket.next()).toMatchObject({
        id: 'same',
        type: 'error',
        payload: [{ message: 'PersistedQueryNotFound' }],
      });
    }
    send({ documentId: 7 });
    expect(await socket.next()).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    send({ query: who, extensions: persisted(who) });
    expect(await socket.next()).toMatchObject({ id: 'same', type: 'next' });
    expect(await socket.next()).toEqual({ id: 'same', type: 'complete' });
    send({ documentId: hashOf(who), variables: null });
    expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { viewer: { userId: 'ada' } } } });
    await socket.next();
    // Neither a document nor the name of one: the message itself breaks the protocol.
    send({ variables: {} });
    expect((await socket.closed).code).toBe(4400);
    await leave(socket);
  });

  it('is the same one over HTTP', async () => {
    const { url } = await openWorld();
    const client = await openClient(url);
    expect(await client.first({ query: who, extensions: persisted(who) })).toHaveProperty('data');
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: await authorizationOf('bob') },
      body: JSON.stringify({ extensions: persisted(who) }),
    });
    expect(await response.json()).toEqual({ data: { viewer: { userId: 'bob' } } });
  });
});

describe('over WebSocket, where only trusted documents may run', () => {
  it('these run by their ids and as a whole, and no others', async () => {
    const { url } = await openWorld({
      trustedDocuments: new Map([
        ['who', who],
        [hashOf(feed), feed],
      ]),
    });
    const client = await openClient(url);
    const expected = { data: { viewer: { userId: 'ada' } } };
    expect(await client.first({ documentId: 'who' })).toEqual(expected);
    expect(await client.first({ query: who })).toEqual(expected);
    expect(await client.first({ extensions: persisted(feed) })).toEqual({
      data: { jobEvents: { __typename: 'FeedLive' } },
    });
    const other = '{ quote { credits } }';
    for (const payload of [{ query: other }, { query: other, extensions: persisted(other) }]) {
      expect(await client.first(payload)).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    }
    for (const payload of [{ documentId: 'other' }, { extensions: persisted(other) }, { documentId: '__proto__' }]) {
      expect(await client.first(payload)).toMatchObject({
        errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
      });
    }
  });
});
