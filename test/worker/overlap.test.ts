import { describe, expect, test } from 'vitest';
import type { Store } from '../../src/ports.ts';
import { acceptance, createGate, openPollerWorld } from './world.ts';

// Found by the simulator: a store method takes a while to respond, and other things happen in between.
describe('a poller whose store responds slowly', () => {
  test('does not submit a job again whose lease it only renewed, although the job was settled meanwhile', async () => {
    const gate = createGate();
    let isFull = true;
    const wrap = (store: Store): Store => ({
      ...store,
      commit: (change, now) => (isFull ? Promise.reject(new Error('disk full')) : store.commit(change, now)),
      async claimDue(order, now, decide) {
        const changes = await store.claimDue(order, now, decide);
        if (changes.some(({ moved, to }) => !moved && to.state === 'SUBMITTING')) await gate.passed;
        return changes;
      },
    });
    const { clock, poller, provider, admit, job } = await openPollerWorld({ wrap });
    const id = await admit();
    poller.start();
    await clock.advance(21_000);
    isFull = false;
    await clock.advance(1000);
    expect((await job(id)).state).toBe('QUEUED');
    gate.open();
    await clock.advance(10);
    expect(provider.submitted).toEqual([id]);
  });

  test('ends a job by a poll after its deadline, which waits until the one before is known to be stored', async () => {
    const gate = createGate();
    const wrap = (store: Store): Store => ({
      ...store,
      async commit(change, now) {
        const done = await store.commit(change, now);
        if (change.to.pollAt === change.to.deadlineAt) await gate.passed;
        return done;
      },
    });
    const { clock, poller, admit, job } = await openPollerWorld({ wrap, deadlineMs: 20_000 });
    const id = await admit();
    poller.start();
    await clock.advance(25_500);
    expect(await job(id)).toMatchObject({ state: 'PROCESSING' });
    gate.open();
    await clock.advance(10);
    expect(await job(id)).toMatchObject({ state: 'FAILED', failure: { code: 'DEADLINE_EXCEEDED' } });
    await poller.stop();
  });

  test('stops only after the claims of a round in progress are given back', async () => {
    const gate = createGate();
    const wrap = (store: Store): Store => ({
      ...store,
      async claimDue(order, now, decide) {
        const changes = await store.claimDue(order, now, decide);
        await gate.passed;
        return changes;
      },
    });
    const { clock, poller, provider, admit, job } = await openPollerWorld({ wrap });
    provider.onSubmit = (submitted, mayBegin) =>
      Promise.resolve(mayBegin() ? acceptance(submitted) : { type: 'withheld' });
    const id = await admit();
    poller.start();
    await clock.advance(10);
    expect((await job(id)).state).toBe('SUBMITTING');
    const stopped = poller.stop();
    gate.open();
    await stopped;
    expect((await job(id)).state).toBe('PENDING');
  });
});

test('a 404 of the first minute ends no job, however late it is processed', async () => {
  const gate = createGate();
  const { clock, poller, provider, admit, job } = await openPollerWorld();
  const id = await admit();
  poller.start();
  await clock.advance(10);
  provider.onPoll = async () => {
    provider.onPoll = () => Promise.resolve({ event: { type: 'seen', status: 'QUEUED' }, retryAt: null });
    await gate.passed;
    return { event: { type: 'missing' }, retryAt: null };
  };
  await clock.advance(70_000);
  gate.open();
  await clock.advance(10);
  expect(await job(id)).toMatchObject({ state: 'QUEUED' });
});
