import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { createClient } from 'graphql-ws';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { tokenOf } from '../world/gateway.ts';
import { bearer, initMessage, subscribeMessage } from './raw-socket.ts';
import { useGateway } from './world.ts';

/** graphql-transport-ws by hand-written frames: what a connection may do, and the close code if it does anything else. */
describe('a connection over graphql-transport-ws', () => {
  const { gateway, token, open, connect } = useGateway();

  describe('the subprotocol', () => {
    test('is graphql-transport-ws, also if the client offers others as well', async () => {
      expect((await open(['graphql-ws', 'graphql-transport-ws'])).socket.protocol).toBe('graphql-transport-ws');
    });

    test('is required: a socket without it is closed with 4406', async () => {
      expect(await (await open([])).closed).toMatchObject({ code: 4406 });
    });

    test('is never the old one of subscriptions-transport-ws, which is closed with 4406 too', async () => {
      const { hostname, port } = new URL(gateway().url);
      const upgrade = httpRequest({
        hostname,
        port,
        path: '/graphql',
        headers: {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
          'sec-websocket-protocol': 'graphql-ws',
        },
      }).end();
      const [response, connection, head] = await once(upgrade, 'upgrade');
      expect(response.statusCode).toBe(101);
      expect(response.headers['sec-websocket-protocol']).toBeUndefined();
      let bytes: Buffer = head;
      while (bytes.length < 4) bytes = Buffer.concat([bytes, (await once(connection, 'data'))[0]]);
      connection.destroy();
      // A close frame's payload begins with its code (RFC 6455, section 5.5.1).
      expect([bytes[0], bytes.readUInt16BE(2)]).toEqual([0x88, 4406]);
    });
  });

  describe('connection_init', () => {
    test('with a valid token is acknowledged, however the parameter is capitalised', async () => {
      for (const name of ['authorization', 'Authorization']) {
        const raw = await open();
        raw.send(initMessage({ [name]: `Bearer ${token()}`, other: 1 }));
        expect(await raw.next()).toEqual({ type: 'connection_ack' });
      }
    });

    test.each([
      ['no payload', undefined],
      ['a payload of null', null],
      ['a payload without a token', {}],
      ['a token that is no text', { authorization: 7 }],
      ['a token that is not Bearer', { authorization: 'Basic YTpi' }],
      ['a malformed token', { authorization: 'Bearer not.a.token' }],
    ])('with %s is closed with 4401', async (_name, payload) => {
      const raw = await open();
      raw.send(initMessage(payload));
      expect(await raw.closed).toMatchObject({ code: 4401 });
    });

    test('with a token of another signer is closed with 4401, even if it has expired', async () => {
      const [header, body] = (await tokenOf('ada', {}, '-1h')).split('.');
      const raw = await open();
      raw.send(initMessage({ authorization: `Bearer ${header}.${body}.${token().split('.')[2]}` }));
      expect(await raw.closed).toMatchObject({ code: 4401 });
    });

    test('for an environment that the gateway does not have is closed with 4401', async () => {
      const raw = await open();
      raw.send(initMessage(bearer(await tokenOf('ada', { env: 'live' }))));
      expect(await raw.closed).toMatchObject({ code: 4401 });
    });

    test('with an expired token is closed with 4403, so that the client reconnects with a fresh one', async () => {
      const raw = await open();
      raw.send(initMessage(bearer(await tokenOf('ada', {}, '-1h'))));
      expect(await raw.closed).toMatchObject({ code: 4403 });
    });

    test('twice is closed with 4429, acknowledged or not', async () => {
      const raw = await connect();
      raw.send(initMessage(bearer(token())));
      expect(await raw.closed).toMatchObject({ code: 4429 });
      const eager = await open();
      eager.sendTogether(initMessage(bearer(token())), initMessage(bearer(token())));
      expect(await eager.closed).toMatchObject({ code: 4429 });
    });

    test('that is missing after 3 s leads to close code 4408', async () => {
      const raw = await open();
      // A ping does not initialise the connection.
      raw.send({ type: 'ping' });
      expect(await raw.next()).toEqual({ type: 'pong' });
      expect(await raw.closed).toMatchObject({ code: 4408 });
    });
  });

  describe('a token that expires while the socket is open', () => {
    test('closes it with 4403', async () => {
      const raw = await connect(await tokenOf('ada', {}, Math.floor(Date.now() / 1000) + 3));
      raw.send(subscribeMessage('1', 'subscription { accountUpdated { held } }'));
      expect(await raw.next()).toMatchObject({ id: '1', type: 'next' });
      expect(await raw.closed).toMatchObject({ code: 4403 });
    });

    test('does not disturb graphql-ws’s client: it reconnects with a fresh token and goes on', async () => {
      const tokens = [await tokenOf('ada', {}, Math.floor(Date.now() / 1000) + 3), token()];
      const closes: unknown[] = [];
      const client = createClient({
        url: `${gateway().url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: () => bearer(tokens.shift() ?? ''),
        retryWait: () => Promise.resolve(),
        on: { closed: (event) => void closes.push(event) },
      });
      const items = client.iterate({ query: 'subscription { accountUpdated { userId } }' });
      for (let connection = 1; connection <= 2; connection += 1) {
        expect((await items.next()).value).toEqual({ data: { accountUpdated: { userId: 'ada' } } });
      }
      expect(closes).toMatchObject([{ code: 4403 }]);
      expect(tokens).toEqual([]);
      await client.dispose();
    });
  });

  describe('before it is acknowledged', () => {
    test('an operation closes it with 4401', async () => {
      const raw = await open();
      raw.send(subscribeMessage('1', '{ __typename }'));
      expect(await raw.closed).toMatchObject({ code: 4401 });
    });

    test('so does an operation sent right after connection_init', async () => {
      const raw = await open();
      raw.sendTogether(initMessage(bearer(token())), subscribeMessage('1', '{ __typename }'));
      expect(await raw.closed).toMatchObject({ code: 4401 });
    });
  });
});
