import { describe, expect, test } from 'vitest';
import type { Job } from '../../src/domain/job.ts';
import { type RawSocket, subscribeMessage } from '../protocol/raw-socket.ts';
import { accepted, claimed, completed, failed, processing } from '../store/contract/world.ts';
import { framesOf, idOf, openWorld, toldOf } from './world.ts';

const watchJob =
  'subscription Watch($id: ID!) { jobUpdated(id: $id) { status version progress { elapsedSeconds } video { url } } }';

function watch(socket: RawSocket, job: Job, id = 'w', query = watchJob): void {
  socket.send(subscribeMessage(id, query, { id: idOf(job) }));
}

/** The versions that came under an id since the last time, and the types of what else came. */
async function versionsOf(socket: RawSocket, id = 'w'): Promise<readonly unknown[]> {
  return toldOf(await framesOf(socket), id, ({ version }) => version);
}

describe('subscriptions that are one and the same', () => {
  test('have each state read, executed and serialised once, on however many sockets it is shown', async () => {
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

  test('show one who joins late how things stand, and nobody else anything', async () => {
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

  test('show one who joins late what nobody has been told of yet, and then tell everyone', async () => {
    const { job, happen, connect } = await openWorld();
    const [early, late] = [await connect(), await connect()];
    const current = await job();
    watch(early, current);
    expect(await versionsOf(early)).toEqual([1]);
    // The ring is lost.
    await happen(current, claimed, false);
    watch(late, current);
    expect(await versionsOf(late)).toEqual([2]);
    expect(await versionsOf(early)).toEqual([2]);
  });

  test('end for everyone with the last state, once, and whoever comes after is shown it, once', async () => {
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

  test('go on when the first to come leaves, and are freed at once when the last does', async () => {
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

  test('that leave before they have begun hold nothing', async () => {
    const { job, connect, listening, calls } = await openWorld();
    const socket = await connect();
    watch(socket, await job());
    socket.send({ id: 'w', type: 'complete' });
    expect(await versionsOf(socket)).toEqual([]);
    expect(listening()).toBe(0);
    expect(calls.get('gateway.progress')).toBe(undefined);
  });

  test('are told of a job that is not there one by one, and find it once it is', async () => {
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

describe('subscriptions that are not the same', () => {
  test.each<[string, string]>([
    ['selection', watchJob.replace('status', 'status prompt')],
    ['name of a field', watchJob.replace('jobUpdated', 'job: jobUpdated')],
    ['spelling', watchJob.replace('Watch', 'Other')],
  ])('because of their %s get each its own', async (_what, other) => {
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

  test('because of their variables get each its own', async () => {
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

  test('are two also where only their roles differ, for a resolver may look at those', async () => {
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

  test('who watch the same job of one of them: the other is told that there is none', async () => {
    const { job, connect } = await openWorld();
    const current = await job('ada');
    const [ada, bob, live] = [await connect('ada'), await connect('bob'), await connect('ada', { env: 'live' })];
    for (const socket of [ada, bob, live]) watch(socket, current);
    expect(await versionsOf(ada)).toEqual([1]);
    for (const socket of [bob, live]) expect(await versionsOf(socket)).toEqual(['error']);
  });
});

describe('whoever joins', () => {
  test('passes every guard by themselves: their rate', async () => {
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

  test('counts among the operations of their socket, until they complete', async () => {
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

  test('under an id that is in use loses the socket, and with it every subscription', async () => {
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
