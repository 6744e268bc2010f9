import { expect, test } from 'vitest';
import type { Store } from '../../src/ports.ts';
import { acceptance, createGate, openRested } from './world.ts';

test('what a round is claiming has its places, so that new jobs take no more than there are', async () => {
  const gate = createGate();
  const wrap = (store: Store): Store => ({
    ...store,
    async claimDue(order, now, decide) {
      if (order.submits > 0) await gate.passed;
      return store.claimDue(order, now, decide);
    },
  });
  const { clock, provider, poller, admit, take } = await openRested({ wrap });
  provider.onSubmit = () => new Promise<never>(() => undefined);
  for (let count = 0; count < 510; count += 1) await take();
  await admit();
  const round = poller.round();
  await clock.advance(0);
  const late = [await take(), await take()];
  expect(late.map(({ state }) => state)).toEqual(['SUBMITTING', 'PENDING']);
  gate.open();
  await round;
  await clock.advance(10);
  expect(provider.submitted).toHaveLength(512);
  await expect(poller.round()).resolves.toMatchObject({ submits: 0, looks: 0 });
});

test('a round that finds nothing left, because of a job that is not to be sent, is followed by another at once', async () => {
  const gate = createGate();
  const wrap = (store: Store): Store => ({
    ...store,
    async admit(admission, claim) {
      await gate.passed;
      return store.admit(admission, claim);
    },
  });
  const { clock, provider, poller, admit, take } = await openRested({ requestsPerMinute: 30, wrap });
  const refused = take({ priceCredits: 2_000_000 }).catch((error: unknown) => error);
  const id = await admit();
  await poller.round();
  expect(provider.submitted).toEqual([]);
  gate.open();
  await refused;
  await clock.advance(0);
  expect(provider.submitted).toEqual([id]);
});

test('a request that was taken for a job which is not to be sent is given back', async () => {
  let isBroken = false;
  const wrap = (store: Store): Store => ({
    ...store,
    admit: (admission, claim) => (isBroken ? Promise.reject(new Error('disk full')) : store.admit(admission, claim)),
  });
  const { provider, budget, take } = await openRested({ requestsPerMinute: 60, wrap });
  provider.onSubmit = () => new Promise<never>(() => undefined);
  await take({ idempotencyKey: 'k' });
  await take({ idempotencyKey: 'k' });
  await expect(take({ priceCredits: 2_000_000 })).rejects.toThrow('insufficientCredits');
  isBroken = true;
  await expect(take()).rejects.toThrow('disk full');
  expect(await budget.take(10)).toBe(1);
});

test('a poller that is stopped claims no new job, and waits for one that is being stored, which goes back', async () => {
  const gate = createGate();
  const wrap = (store: Store): Store => ({
    ...store,
    async admit(admission, claim) {
      const admitted = await store.admit(admission, claim);
      await gate.passed;
      return admitted;
    },
  });
  const { clock, poller, provider, take, job } = await openRested({ wrap });
  provider.onSubmit = (asked, mayBegin) => Promise.resolve(mayBegin() ? acceptance(asked) : { type: 'withheld' });
  const taking = take();
  await clock.advance(10);
  let isStopped = false;
  const stopping = poller.stop().then(() => {
    isStopped = true;
  });
  const late = take();
  await clock.advance(10);
  expect(isStopped).toBe(false);
  gate.open();
  const { id } = await taking;
  await stopping;
  expect((await job(id)).state).toBe('PENDING');
  expect((await late).state).toBe('PENDING');
});
