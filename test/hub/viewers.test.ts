import { describe, expect, test } from 'vitest';
import { subscribeMessage } from '../protocol/raw-socket.ts';
import { accepted, claimed, completed } from '../store/contract/world.ts';
import { framesOf, openWorld, toldOf, versionsOf, watch, watchJob } from './world.ts';

describe('subscriptions that differ', () => {
  test.each<[string, string]>([
    ['selection', watchJob.replace('status', 'status prompt')],
    ['name of a field', watchJob.replace('jobUpdated', 'job: jobUpdated')],
    ['spelling', watchJob.replace('Watch', 'Other')],
  ])('in their %s are executed separately', async (_what, other) => {
    const { job, happen, connect, calls } = await openWorld();
    const [one, two] = [await connect(), await connect()];
    const current = await job();
    watch(one, current);
    watch(two, current, 'w', other);
    const [plain, different] = [await framesOf(one), await framesOf(two)];
    expect(calls.get('gateway.watchJob')).toBe(2);
    await happen(current, claimed);
    for (const socket of [one, two]) expect(await versionsOf(socket)).toEqual([2]);
    if (other.includes('prompt')) expect(different[0].payload.data.jobUpdated.prompt).toBe('Two people');
    if (other.includes('job:')) expect(Object.keys(different[0].payload.data)).toEqual(['job']);
    expect(Object.keys(plain[0].payload.data.jobUpdated)).not.toContain('prompt');
  });

  test('in their variables are executed separately', async () => {
    const { job, happen, connect } = await openWorld();
    const [one, two] = [await connect(), await connect()];
    const [first, second] = [await job(), await job()];
    watch(one, first);
    watch(two, second);
    for (const socket of [one, two]) expect(await versionsOf(socket)).toEqual([1]);
    await happen(second, claimed);
    expect(await versionsOf(one)).toEqual([]);
    expect(await versionsOf(two)).toEqual([2]);
  });
});

describe('two viewers', () => {
  const watchAccount = 'subscription { accountUpdated { userId environment balance held } }';
  const account = ({ userId, environment }: { userId: string; environment: string }) => `${userId} ${environment}`;

  test('never share bytes, though their operations and variables are the same', async () => {
    const { job, connect } = await openWorld();
    const viewers = [
      { userId: 'ada', env: 'test' },
      { userId: 'bob', env: 'test' },
      { userId: 'ada', env: 'live' },
    ];
    const sockets = await Promise.all(viewers.map(({ userId, env }) => connect(userId, { env })));
    const told = async () =>
      Promise.all(
        sockets.map(async (socket) => toldOf(await framesOf(socket), 'a', (field) => [account(field), field.held])),
      );
    for (const socket of sockets) socket.send(subscribeMessage('a', watchAccount));
    expect(await told()).toEqual([[['ada TEST', 0]], [['bob TEST', 0]], [['ada LIVE', 0]]]);
    await job('bob', 'TEST');
    expect(await told()).toEqual([[], [['bob TEST', 1]], []]);
    await job('ada', 'LIVE');
    expect(await told()).toEqual([[], [], [['ada LIVE', 1]]]);
  });

  test('do not share where only their roles differ, because a resolver may read those', async () => {
    const { connect, calls } = await openWorld();
    const sockets = [
      await connect('ada'),
      await connect('ada', { roles: ['admin'] }),
      await connect('ada', { roles: ['admin'] }),
    ];
    for (const socket of sockets) {
      socket.send(subscribeMessage('a', watchAccount));
      expect(toldOf(await framesOf(socket), 'a', account)).toEqual(['ada TEST']);
    }
    expect(calls.get('gateway.watchAccount')).toBe(2);
  });

  test('who watch the same job of one of them: the other gets NOT_FOUND', async () => {
    const { job, connect } = await openWorld();
    const current = await job('ada');
    const [ada, bob, live] = [await connect('ada'), await connect('bob'), await connect('ada', { env: 'live' })];
    for (const socket of [ada, bob, live]) watch(socket, current);
    expect(await versionsOf(ada)).toEqual([1]);
    for (const socket of [bob, live]) expect(await versionsOf(socket)).toEqual(['error']);
  });
});

describe('a late subscriber', () => {
  test('passes every guard, such as the rate of its user', async () => {
    const { job, connect } = await openWorld({ requestsPerMinute: 2 });
    const socket = await connect();
    const current = await job();
    for (const id of ['1', '2', '3']) watch(socket, current, id);
    const frames = await framesOf(socket);
    expect(frames.map(({ id, type }) => [id, type])).toEqual([
      ['3', 'error'],
      ['1', 'next'],
      ['2', 'next'],
    ]);
    expect(frames[0].payload[0].extensions.code).toBe('RATE_LIMITED');
  });

  test('counts among the operations of its socket, until it completes', async () => {
    const { job, happen, connect } = await openWorld({ operationsPerSocket: 2 });
    const socket = await connect();
    let current = await job();
    for (const id of ['1', '2', '3']) watch(socket, current, id);
    expect((await framesOf(socket)).map(({ id, type }) => [id, type])).toEqual([
      ['3', 'error'],
      ['1', 'next'],
      ['2', 'next'],
    ]);
    socket.send({ id: '1', type: 'complete' });
    watch(socket, current, '3');
    expect(await versionsOf(socket, '3')).toEqual([1]);
    for (const event of [claimed, accepted, completed]) current = await happen(current, event);
    await framesOf(socket);
    for (const id of ['2', '3']) watch(socket, current, id);
    expect((await framesOf(socket)).map(({ id, type }) => [id, type])).toEqual([
      ['2', 'next'],
      ['3', 'next'],
      ['2', 'complete'],
      ['3', 'complete'],
    ]);
  });

  test('with an id in use loses the socket, and with it every subscription', async () => {
    const { job, connect, listening } = await openWorld();
    const socket = await connect();
    const current = await job();
    watch(socket, current);
    expect(await versionsOf(socket)).toEqual([1]);
    watch(socket, current);
    expect(await socket.closed).toMatchObject({ code: 4409 });
    await expect.poll(listening).toBe(0);
  });
});
