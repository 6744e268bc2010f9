import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorld, type World } from '../server/world.ts';
import { openConnection, type RawSocket, subscribeMessage } from './raw-socket.ts';

/** However an operation ends, it leaves nothing behind: the server counts its streams. */
describe('the stream behind a subscription', () => {
  let world: World;
  let raw: RawSocket;
  beforeEach(async () => {
    world = await openWorld();
    raw = await openConnection(world);
  });
  afterEach(async () => {
    raw.close();
    await world.close();
  });
  const endless = (id: string) => subscribeMessage(id, 'subscription { count }');
  const allClosed = () => expect.poll(world.open).toBe(0);

  test('ends when the client completes it', async () => {
    raw.send(endless('s'));
    await raw.next();
    expect(world.open()).toBe(1);
    raw.send({ id: 's', type: 'complete' });
    await raw.settle();
    expect(world.open()).toBe(0);
  });

  test('ends when the client completes it before it has started', async () => {
    for (let at = 1; at <= 10; at += 1) {
      raw.send(endless(`s${at}`));
      raw.send({ id: `s${at}`, type: 'complete' });
    }
    // The two messages may reach the server in different reads: then the first result is on its way already.
    for (const message of await raw.settle())
      expect(message).toMatchObject({ type: 'next', payload: { data: { count: 1 } } });
    await allClosed();
  });

  test('ends when its id is reused, however often', async () => {
    for (let at = 1; at <= 10; at += 1) {
      raw.send(endless('s'));
      raw.send({ id: 's', type: 'complete' });
    }
    raw.send(endless('s'));
    expect(await raw.next()).toEqual({ id: 's', type: 'next', payload: { data: { count: 1 } } });
    expect(await raw.settle()).toEqual([]);
    await expect.poll(world.open).toBe(1);
    raw.send({ id: 's', type: 'complete' });
    await raw.settle();
    expect(world.open()).toBe(0);
  });

  test.each<[string, (socket: RawSocket) => void]>([
    ['closes', (socket) => socket.close()],
    ['breaks', (socket) => socket.socket.terminate()],
    ['is closed for a bad message', (socket) => socket.send('nonsense')],
    ['is closed for an id that is in use', (socket) => socket.send(endless('s1'))],
  ])('ends when its socket %s', async (_name, end) => {
    for (const id of ['s1', 's2']) {
      raw.send(endless(id));
      await raw.next();
    }
    expect(world.open()).toBe(2);
    end(raw);
    await raw.closed;
    await allClosed();
  });
});
