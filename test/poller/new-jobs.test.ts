import { describe, expect, test } from 'vitest';
import type { Job, SubmitEvent } from '../../src/domain/job.ts';
import type { Store } from '../../src/ports.ts';
import { acceptance, createGate, openPollerWorld, openRested } from './world.ts';

describe('a new job whose submit has to wait for nothing', () => {
  test('is claimed in the transaction that stores it, and sent once', async () => {
    const claims: string[] = [];
    const wrap = (store: Store): Store => ({
      ...store,
      async claimDue(order, now, decide) {
        const changes = await store.claimDue(order, now, decide);
        claims.push(...changes.map(({ to }) => to.state));
        return changes;
      },
    });
    const { clock, provider, poller, store, take, job } = await openRested({ wrap });
    const { id } = await take();
    await clock.advance(0);
    expect(await job(id)).toMatchObject({ state: 'QUEUED', version: 3 });
    expect(provider.submitted).toEqual([id]);
    expect(claims).toEqual([]);
    const { events } = await store.readFeed((await job(id)).accountId, 0, 10);
    expect(events.map(({ version }) => version)).toEqual([1, 2, 3]);
    await poller.stop();
  });

  test('is SUBMITTING on disk before the provider hears of it', async () => {
    const { clock, provider, take, job } = await openRested();
    const seen: string[] = [];
    provider.onSubmit = async (asked) => {
      seen.push((await job(asked.id)).state);
      return acceptance(asked);
    };
    await take();
    await clock.advance(0);
    expect(seen).toEqual(['SUBMITTING']);
  });

  test.each([
    ['the provider takes', (job: Job) => acceptance(job), { state: 'QUEUED', version: 3 }],
    [
      'the provider wants later',
      (): SubmitEvent => ({ type: 'throttled', retryAt: Date.UTC(2026, 0, 1, 0, 1) }),
      { state: 'PENDING', version: 3 },
    ],
  ])('that %s is told to whoever had it stored', async (_, answer, left) => {
    const { clock, provider, poller, admissionOf, job } = await openRested();
    provider.onSubmit = async (asked) => answer(asked);
    const admitted = await poller.admit(admissionOf());
    await clock.advance(0);
    const told = 'sent' in admitted ? await admitted.sent : null;
    expect(told).toMatchObject(left);
    expect(told).toEqual(await job(told?.id ?? ''));
  });

  test('is not sent again by the key that stands for it', async () => {
    const { clock, provider, take } = await openRested();
    const gate = createGate<SubmitEvent>();
    provider.onSubmit = () => gate.passed;
    const one = await take({ idempotencyKey: 'k' });
    const other = await take({ idempotencyKey: 'k' });
    await clock.advance(0);
    expect(other).toEqual(one);
    expect(one.state).toBe('SUBMITTING');
    expect(provider.submitted).toEqual([one.id]);
  });

  test('that took too long to be stored is not sent, and goes back', async () => {
    const gate = createGate();
    let isSlow = true;
    const wrap = (store: Store): Store => ({
      ...store,
      async admit(admission, claim) {
        const admitted = await store.admit(admission, claim);
        if (isSlow) await gate.passed;
        return admitted;
      },
    });
    const { clock, provider, take, job } = await openRested({ wrap });
    const began: boolean[] = [];
    provider.onSubmit = async (asked, mayBegin) => {
      began.push(mayBegin());
      return began.at(-1) === true ? acceptance(asked) : { type: 'withheld' };
    };
    const taking = take();
    await clock.advance(5000);
    isSlow = false;
    gate.open();
    const { id } = await taking;
    await clock.advance(10);
    expect(began).toEqual([false, true]);
    expect(await job(id)).toMatchObject({ state: 'QUEUED', version: 5 });
  });
});

describe('a new job waits for a round', () => {
  test('before the first one has seen what waits', async () => {
    const { poller, clock, provider, take, job } = await openPollerWorld();
    const { id, state } = await take();
    expect(state).toBe('PENDING');
    poller.start();
    await clock.advance(10);
    expect(provider.submitted).toEqual([id]);
    expect((await job(id)).state).toBe('QUEUED');
  });

  test('where the budget has nothing for it, and where others already wait for that', async () => {
    const { poller, provider, budget, take } = await openRested({ requestsPerMinute: 30 });
    provider.onSubmit = () => new Promise<never>(() => undefined);
    const first = [await take(), await take()];
    // A request comes in, and no round has seen yet who waits for it.
    budget.giveBack(1);
    const all = [...first, await take()];
    expect(all.map(({ state }) => state)).toEqual(['SUBMITTING', 'PENDING', 'PENDING']);
    await poller.round();
    budget.giveBack(1);
    await poller.round();
    expect(provider.submitted).toEqual(all.map(({ id }) => id));
  });

  test('where a round could not claim what waits', async () => {
    let isBroken = false;
    const wrap = (store: Store): Store => ({
      ...store,
      claimDue: (...inputs) => (isBroken ? Promise.reject(new Error('disk full')) : store.claimDue(...inputs)),
    });
    const { poller, admit, take } = await openRested({ wrap });
    await admit();
    isBroken = true;
    await expect(poller.round()).rejects.toThrow('disk full');
    expect((await take()).state).toBe('PENDING');
  });

  test('while the provider wants no requests', async () => {
    const { clock, provider, budget, take } = await openRested({ requestsPerMinute: 300 });
    budget.pauseUntil(clock.now() + 60_000);
    expect((await take()).state).toBe('PENDING');
    await clock.advance(30_000);
    expect(provider.submitted).toEqual([]);
  });

  test('where as many errands as there may be are under way', async () => {
    const { clock, provider, take, job } = await openRested();
    const gate = createGate<SubmitEvent>();
    provider.onSubmit = () => gate.passed;
    const all = await Promise.all(Array.from({ length: 513 }, () => take()));
    expect(all.filter(({ state }) => state === 'SUBMITTING')).toHaveLength(512);
    gate.open({ type: 'notSent' });
    await clock.advance(10);
    const last = all.find(({ state }) => state === 'PENDING');
    expect(provider.submitted.at(-1)).toBe(last?.id);
    expect((await job(last?.id ?? '')).version).toBeGreaterThan(1);
  });

  test('where the store leaves its claim to one', async () => {
    const wrap = (store: Store): Store => ({ ...store, admit: (admission) => store.admit(admission) });
    const { clock, budget, take } = await openRested({ requestsPerMinute: 60, wrap });
    expect((await take()).state).toBe('PENDING');
    expect(await budget.take(10)).toBe(2);
    await clock.advance(10);
  });
});
