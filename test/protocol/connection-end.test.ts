import { describe, expect, test } from 'vitest';
import { bearer, initMessage, subscribeMessage } from './raw-socket.ts';
import { useGateway } from './world.ts';

/** graphql-transport-ws by hand-written frames: what a connection may do, and the close code if it does anything else. */
describe('a connection over graphql-transport-ws that goes on or ends', () => {
  const { token, open, connect } = useGateway();

  describe('ping and pong', () => {
    test('a ping is answered with a pong that carries its payload, before the acknowledgement and after', async () => {
      const raw = await open();
      raw.send({ type: 'ping', payload: { early: [1, null, 'ü'] } });
      expect(await raw.next()).toEqual({ type: 'pong', payload: { early: [1, null, 'ü'] } });
      raw.send(initMessage(bearer(token())));
      expect(await raw.next()).toEqual({ type: 'connection_ack' });
      raw.send({ type: 'ping', payload: null });
      expect(await raw.next()).toEqual({ type: 'pong' });
    });

    test('an unsolicited pong counts as a sign of life', async () => {
      const raw = await open();
      raw.send({ type: 'pong' });
      raw.send(initMessage(bearer(token())));
      expect(await raw.next()).toEqual({ type: 'connection_ack' });
      raw.send({ type: 'pong', payload: { load: 0.5 } });
      expect(await raw.settle()).toEqual([]);
    });
  });

  describe('an invalid message', () => {
    const text = { query: '{ __typename }' };
    test.each<[string, object | string | Buffer]>([
      ['no JSON', 'hello'],
      ['nothing', ''],
      ['a list', []],
      ['null', 'null'],
      ['without a type', { id: '1' }],
      ['whose type is no text', { type: 1 }],
      ['of a type that does not exist', { type: 'start', id: '1', payload: text }],
      ['connection_init whose payload is no object', initMessage('token')],
      ['ping whose payload is a list', { type: 'ping', payload: [] }],
      ['subscribe without an id', { type: 'subscribe', payload: text }],
      ['subscribe with an empty id', { id: '', type: 'subscribe', payload: text }],
      ['subscribe whose id is a number', { id: 1, type: 'subscribe', payload: text }],
      ['subscribe without a payload', { id: '1', type: 'subscribe' }],
      ['subscribe without a query', { id: '1', type: 'subscribe', payload: {} }],
      ['subscribe whose query is parsed', { id: '1', type: 'subscribe', payload: { query: { kind: 'Document' } } }],
      ['subscribe whose variables are a list', { id: '1', type: 'subscribe', payload: { ...text, variables: [] } }],
      [
        'subscribe whose operation has a number',
        { id: '1', type: 'subscribe', payload: { ...text, operationName: 1 } },
      ],
      ['subscribe whose extensions are a text', { id: '1', type: 'subscribe', payload: { ...text, extensions: 'x' } }],
      ['complete without an id', { type: 'complete' }],
      ['connection_ack, which only a server sends', { type: 'connection_ack' }],
      ['next, which only a server sends', { id: '1', type: 'next', payload: { data: null } }],
      ['error, which only a server sends', { id: '1', type: 'error', payload: [{ message: 'No' }] }],
      ['a binary frame of garbage', Buffer.from([0, 255, 17])],
      ['a binary frame that is no message', Buffer.from(JSON.stringify({ type: 'pang' }))],
    ])('%s: closes it with 4400', async (_name, message) => {
      const raw = await connect();
      raw.send(message);
      expect(await raw.closed).toMatchObject({ code: 4400 });
    });

    test('closes it with 4400 before the acknowledgement, too', async () => {
      const raw = await open();
      raw.send({ type: 'hello' });
      expect(await raw.closed).toMatchObject({ code: 4400 });
    });

    test('closes no other connection of the same user', async () => {
      const [good, bad] = [await connect(), await connect()];
      bad.send('hello');
      await bad.closed;
      expect(await good.settle()).toEqual([]);
    });
  });

  describe('the size and encoding of a message', () => {
    const sized = (bytes: number) => {
      const message = JSON.stringify(subscribeMessage('1', '{ __typename } #'));
      return message.replace('#', `#${'x'.repeat(bytes - message.length)}`);
    };

    test('64 KiB are accepted, one byte more closes it with 1009', async () => {
      const raw = await connect();
      raw.send(sized(64 * 1024));
      expect(await raw.next()).toEqual({ id: '1', type: 'next', payload: { data: { __typename: 'Query' } } });
      raw.send(sized(64 * 1024 + 1));
      expect(await raw.closed).toMatchObject({ code: 1009 });
    });

    test('a fragmented message counts as a whole', async () => {
      const raw = await connect();
      const piece = ' '.repeat(40 * 1024);
      raw.socket.send(piece, { fin: false });
      raw.socket.send(piece, { fin: true });
      expect(await raw.closed).toMatchObject({ code: 1009 });
    });

    test('a text that is not UTF-8 closes it with 1007', async () => {
      const raw = await connect();
      raw.socket.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false });
      expect(await raw.closed).toMatchObject({ code: 1007 });
    });
  });
});
