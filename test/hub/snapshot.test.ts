import { describe, expect, test } from 'vitest';
import type { Job } from '../../src/domain/job.ts';
import type { Store } from '../../src/ports.ts';
import { subscribeMessage } from '../protocol/raw-socket.ts';
import { accepted, claimed, completed } from '../store/contract/world.ts';
import { createGate } from '../worker/world.ts';
import type { Loose } from '../world/gateway.ts';
import { framesOf, idOf, openWorld, toldOf, type World } from './world.ts';

const watchJob = 'subscription ($id: ID!) { jobUpdated(id: $id) { version } }';

const version = ({ version }: { version: number }) => version;

/** A store in which something happens right after rows were read, before the caller has them. */
function happensAfterSnapshot(deeds: (() => Promise<unknown>)[]): (store: Store) => Store {
  return (store) => ({
    ...store,
    async findJobs(ids) {
      const rows = await store.findJobs(ids);
      await deeds.shift()?.();
      return rows;
    },
  });
}

describe.each(['shared', 'none'] as const)('a state that changes while a subscription starts (hub: %s)', (hub) => {
  /** A job, and what happens to it after each read. */
  async function open(count: number): Promise<{ world: World; job: Job }> {
    const deeds: (() => Promise<unknown>)[] = [];
    const world = await openWorld({ hub, wrapStore: happensAfterSnapshot(deeds) });
    const job = await world.job();
    let current = job;
    for (const event of [claimed, accepted, completed].slice(0, count)) {
      deeds.push(async () => {
        current = await world.happen(current, event);
      });
    }
    return { world, job };
  }

  // The first read finds the job, the second is the snapshot; later events must follow.
  test.each([
    [1, [2]],
    [2, [2, 3]],
    [3, [2, 3, 4, 'complete']],
  ])('is not lost, and neither is the end: %i changes', async (count, told) => {
    const { world, job } = await open(count);
    const socket = await world.connect();
    socket.send(subscribeMessage('w', watchJob, { id: idOf(job) }));
    const frames: Loose[] = [];
    while (frames.length < told.length) frames.push(await socket.next());
    expect(toldOf(frames, 'w', version)).toEqual(told);
    expect(await framesOf(socket)).toEqual([]);
  });
});

test('states that change faster than they can be read are sent as the newest one', async () => {
  const { job, happen, connect, bell } = await openWorld();
  const socket = await connect();
  let current = await job();
  socket.send(subscribeMessage('w', watchJob, { id: idOf(current) }));
  expect(toldOf(await framesOf(socket), 'w', version)).toEqual([1]);
  for (const event of [claimed, accepted]) current = await happen(current, event, false);
  for (let ring = 0; ring < 1000; ring += 1) bell.ring([`job:${current.id}`]);
  expect(toldOf(await framesOf(socket), 'w', version)).toEqual([3]);
});

test('jobs that are rung together are read together, whatever clients watch them', async () => {
  const { job, happen, connect, bell, calls } = await openWorld();
  const jobs = await Promise.all(Array.from({ length: 50 }, () => job()));
  for (const user of ['ada', 'ada', 'ada']) {
    const socket = await connect(user);
    for (const [at, each] of jobs.entries()) {
      // Different documents, so that each is its own subscription.
      socket.send(subscribeMessage(`${at}`, `${watchJob} # ${Math.random()}`, { id: idOf(each) }));
    }
    await framesOf(socket);
  }
  const moved = await Promise.all(jobs.map((each) => happen(each, claimed, false)));
  calls.clear();
  bell.ring(moved.map(({ id }) => `job:${id}`));
  await new Promise((resolve) => void setImmediate(resolve));
  expect(calls.get('store.findJobs')).toBe(1);
  expect(calls.get('store.findJob')).toBe(undefined);
});

test.each(['shared', 'none'] as const)(
  'a feed that the client leaves while it opens is never read (hub: %s)',
  async (hub) => {
    const gate = createGate();
    const wrapStore = (store: Store): Store => ({
      ...store,
      async arrive(...inputs) {
        const account = await store.arrive(...inputs);
        await gate.passed;
        return account;
      },
    });
    const { connect, calls, listening } = await openWorld({ hub, wrapStore });
    const socket = await connect();
    socket.send(subscribeMessage('f', 'subscription { jobEvents { __typename } }'));
    await socket.settle();
    socket.send({ id: 'f', type: 'complete' });
    await socket.settle();
    gate.open();
    expect(await framesOf(socket)).toEqual([]);
    expect([calls.get('store.readFeed'), listening()]).toEqual([undefined, 0]);
  },
);
