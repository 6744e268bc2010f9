import { describe, expect, test } from 'vitest';
import { accepted, claimed, completed, failed, processing } from '../store/contract/world.ts';
import { framesOf, openWorld, toldOf, versionsOf, watch } from './world.ts';

describe('subscriptions of the same operation', () => {
  test('have each state read, executed and serialised once for all sockets', async () => {
    const { job, happen, connect, calls } = await openWorld();
    const sockets = await Promise.all(Array.from({ length: 5 }, () => connect()));
    let current = await job();
    for (const socket of sockets) watch(socket, current);
    for (const socket of sockets) expect(await versionsOf(socket)).toEqual([1]);
    expect(calls.get('gateway.watchJob')).toBe(1);

    calls.clear();
    for (const event of [claimed, accepted, processing]) current = await happen(current, event);
    for (const socket of sockets) expect(await versionsOf(socket)).toEqual([2, 3, 4]);
    expect(calls.get('gateway.progress')).toBe(3);
    expect(calls.get('store.findJobs')).toBe(3);
  });

  test('send the current state to a late subscriber, and nothing to the others', async () => {
    const { job, happen, connect, clock } = await openWorld();
    const [early, late] = [await connect(), await connect()];
    let current = await job();
    for (const event of [claimed, accepted]) current = await happen(current, event);
    watch(early, current);
    expect(await versionsOf(early)).toEqual([3]);
    await clock.advance(4000);
    watch(late, current);
    watch(late, current, 'w2');
    const frames = await framesOf(late);
    for (const id of ['w', 'w2']) {
      expect(toldOf(frames, id, ({ version, progress }) => [version, progress.elapsedSeconds])).toEqual([[3, 4]]);
    }
    expect(await versionsOf(early)).toEqual([]);
    await happen(current, processing);
    expect(await versionsOf(early)).toEqual([4]);
    expect(await versionsOf(late)).toEqual([4]);
  });

  test('send a late subscriber a newer state that nobody has seen yet, and then everyone', async () => {
    const { job, happen, connect } = await openWorld();
    const [early, late] = [await connect(), await connect()];
    const current = await job();
    watch(early, current);
    expect(await versionsOf(early)).toEqual([1]);
    // This ring is lost.
    await happen(current, claimed, false);
    watch(late, current);
    expect(await versionsOf(late)).toEqual([2]);
    expect(await versionsOf(early)).toEqual([2]);
  });

  test('end for everyone with the last state, once, and later subscribers are sent it, once', async () => {
    const { job, happen, connect, listening } = await openWorld();
    const [one, two, after] = [await connect(), await connect(), await connect()];
    let current = await job();
    for (const socket of [one, two]) watch(socket, current);
    for (const event of [claimed, accepted, completed]) current = await happen(current, event);
    for (const socket of [one, two]) expect((await versionsOf(socket)).slice(-2)).toEqual([4, 'complete']);
    expect(listening()).toBe(0);
    for (const socket of [one, two, after]) {
      watch(socket, current);
      expect(await versionsOf(socket)).toEqual([4, 'complete']);
    }
    await happen(current, failed, false).catch(() => undefined);
    expect(await versionsOf(one)).toEqual([]);
  });

  test('go on when the first subscriber leaves, and are freed at once when the last does', async () => {
    const { job, happen, connect, listening } = await openWorld();
    const [one, two] = [await connect(), await connect()];
    let current = await job();
    for (const socket of [one, two]) watch(socket, current);
    for (const socket of [one, two]) await framesOf(socket);
    one.send({ id: 'w', type: 'complete' });
    await framesOf(one);
    expect(listening()).toBe(1);
    current = await happen(current, claimed);
    expect(await versionsOf(one)).toEqual([]);
    expect(await versionsOf(two)).toEqual([2]);
    two.close();
    await two.closed;
    await expect.poll(listening).toBe(0);
    watch(one, current);
    expect(await versionsOf(one)).toEqual([2]);
  });

  test('that leave before they have started hold no resources', async () => {
    const { job, connect, listening, calls } = await openWorld();
    const socket = await connect();
    watch(socket, await job());
    socket.send({ id: 'w', type: 'complete' });
    expect(await versionsOf(socket)).toEqual([]);
    expect(listening()).toBe(0);
    expect(calls.get('gateway.progress')).toBe(undefined);
  });

  test('are each refused a job of another user, which its owner can watch', async () => {
    const { job, happen, connect } = await openWorld();
    const [one, two] = [await connect(), await connect()];
    const theirs = await job('bob');
    for (const socket of [one, two]) {
      watch(socket, theirs);
      const [frame] = await framesOf(socket);
      expect(frame).toMatchObject({ id: 'w', type: 'error', payload: [{ extensions: { code: 'NOT_FOUND' } }] });
      expect(frame.payload).toHaveLength(1);
    }
    const bob = await connect('bob');
    watch(bob, theirs);
    expect(await versionsOf(bob)).toEqual([1]);
    await happen(theirs, claimed);
    expect(await versionsOf(bob)).toEqual([2]);
    expect(await versionsOf(one)).toEqual([]);
  });
});
