import { describe, expect, test } from 'vitest';
import type { SubmitEvent } from '../../src/domain/job.ts';
import { pollsAtOnce } from '../../src/domain/pace.ts';
import type { PollResponse, Store } from '../../src/ports.ts';
import { acceptance, createGate, openPollerWorld } from './world.ts';

describe('a poller', () => {
  test('takes a job to its end, and then sends no more requests', async () => {
    const { clock, poller, provider, admit, job } = await openPollerWorld();
    const id = await admit();
    poller.start();
    await clock.advance(10);
    expect(await job(id)).toMatchObject({ state: 'QUEUED', version: 3 });
    await clock.advance(8000);
    expect(await job(id)).toMatchObject({ state: 'PROCESSING', version: 4 });
    const video = { url: 'https://images.segmind.com/x.mp4', contentType: 'video/mp4', expiresAt: null };
    provider.onPoll = () => Promise.resolve({ event: { type: 'completed', video }, retryAt: null });
    await clock.advance(8000);
    expect(await job(id)).toMatchObject({ state: 'COMPLETED', video });
    const polls = provider.polled.length;
    await clock.advance(600_000);
    expect(provider.polled).toHaveLength(polls);
    expect(provider.submitted).toHaveLength(1);
    await poller.stop();
  });

  test('a request that hangs delays no other job', async () => {
    const { clock, poller, provider, admit, job } = await openPollerWorld();
    const hanging = await admit();
    const other = await admit();
    provider.onSubmit = (submitted) =>
      submitted.id === hanging ? new Promise<never>(() => undefined) : Promise.resolve(acceptance(submitted));
    poller.start();
    await clock.advance(10);
    expect((await job(hanging)).state).toBe('SUBMITTING');
    expect((await job(other)).state).toBe('QUEUED');
  });

  test('at most one poll per connection is under way; further polls wait for an end, submits do not', async () => {
    const { clock, poller, provider, admit, job } = await openPollerWorld();
    for (let count = 0; count < pollsAtOnce + 2; count += 1) await admit();
    const gate = createGate<PollResponse>();
    provider.onPoll = () => gate.passed;
    poller.start();
    await clock.advance(9000);
    expect(provider.polled).toHaveLength(pollsAtOnce);
    const late = await admit();
    await clock.advance(5000);
    expect((await job(late)).state).toBe('QUEUED');
    gate.open({ event: { type: 'seen', status: 'QUEUED' }, retryAt: null });
    await clock.advance(10);
    expect(new Set(provider.polled).size).toBe(pollsAtOnce + 2);
  });

  test('a row that it is still working on keeps its lease, however long that takes', async () => {
    const { clock, poller, provider, admit, job } = await openPollerWorld();
    const id = await admit();
    const gate = createGate<SubmitEvent>();
    provider.onSubmit = () => gate.passed;
    poller.start();
    await clock.advance(60_000);
    expect((await job(id)).state).toBe('SUBMITTING');
    gate.open(acceptance(await job(id)));
    await clock.advance(10);
    expect((await job(id)).state).toBe('QUEUED');
    expect(provider.submitted).toHaveLength(1);
    await poller.stop();
  });

  test('the outcome of a submit is kept until the database stores it', async () => {
    let failing = 0;
    const broken = (store: Store): Store => ({
      ...store,
      commit(change, now) {
        failing += 1;
        return failing <= 3 ? Promise.reject(new Error('database or disk is full')) : store.commit(change, now);
      },
    });
    const { clock, poller, provider, admit, job } = await openPollerWorld({ wrap: broken });
    const id = await admit();
    poller.start();
    await clock.advance(5000);
    expect(await job(id)).toMatchObject({ state: 'QUEUED', requestId: `r-${id}` });
    expect(provider.submitted).toHaveLength(1);
    await poller.stop();
  });

  test('a node that was frozen since its claim sends nothing and gives the row back', async () => {
    const { clock, poller, provider, admit, job } = await openPollerWorld();
    const id = await admit();
    const began: boolean[] = [];
    provider.onSubmit = async (submitted, mayBegin) => {
      if (began.length === 0) {
        await new Promise<void>((resolve) => {
          clock.after(5000, resolve);
        });
      }
      began.push(mayBegin());
      return began.at(-1) === true ? acceptance(submitted) : { type: 'withheld' };
    };
    poller.start();
    await clock.advance(4999);
    await clock.advance(100);
    expect(began).toEqual([false, true]);
    expect(await job(id)).toMatchObject({ state: 'QUEUED', version: 5 });
    await poller.stop();
  });

  test('with too small a budget submits go first, but looks keep at least half', async () => {
    const { clock, poller, provider, admit } = await openPollerWorld({ requestsPerMinute: 60, deadlineMs: 3_000_000 });
    for (let count = 0; count < 10; count += 1) await admit();
    poller.start();
    await clock.advance(20_000);
    for (let count = 0; count < 200; count += 1) await admit();
    const sentWithin = async (ms: number) => {
      const before = { submits: provider.submitted.length, polls: provider.polled.length };
      await clock.advance(ms);
      return {
        submits: provider.submitted.length - before.submits,
        polls: provider.polled.length - before.polls,
      };
    };
    const first = await sentWithin(20_000);
    expect(first.submits + first.polls).toBeGreaterThanOrEqual(18);
    expect(first.submits + first.polls).toBeLessThanOrEqual(24);
    expect(Math.abs(first.submits - first.polls)).toBeLessThanOrEqual(4);
    const later = await sentWithin(60_000);
    expect(later.polls).toBeGreaterThanOrEqual(later.submits);
    await poller.stop();
  });

  test('when it is stopped it waits for a POST in flight and starts no other', async () => {
    const { clock, poller, provider, admit, job } = await openPollerWorld();
    const id = await admit();
    let respond: (event: SubmitEvent) => void = () => undefined;
    provider.onSubmit = () =>
      new Promise((resolve) => {
        respond = resolve;
      });
    poller.start();
    await clock.advance(10);
    let stopped = false;
    const stopping = poller.stop().then(() => {
      stopped = true;
    });
    const late = await admit();
    await clock.advance(5000);
    expect(stopped).toBe(false);
    respond(acceptance(await job(id)));
    await stopping;
    expect((await job(id)).state).toBe('QUEUED');
    expect((await job(late)).state).toBe('PENDING');
  });

  test('when it is stopped it gives up waiting after 12 seconds, and the row informs the next start', async () => {
    const { clock, poller, provider, admit, job } = await openPollerWorld();
    const id = await admit();
    provider.onSubmit = () => new Promise<never>(() => undefined);
    poller.start();
    await clock.advance(10);
    let stopped = false;
    const stopping = poller.stop().then(() => {
      stopped = true;
    });
    await clock.advance(11_900);
    expect(stopped).toBe(false);
    await clock.advance(200);
    await stopping;
    expect((await job(id)).state).toBe('SUBMITTING');
  });

  test('a video that comes after the deadline is kept and never charged', async () => {
    const { clock, poller, provider, store, admit, job } = await openPollerWorld({ deadlineMs: 10_000 });
    const id = await admit();
    poller.start();
    await clock.advance(12_000);
    expect(await job(id)).toMatchObject({ state: 'FAILED', failure: { code: 'DEADLINE_EXCEEDED' } });
    const video = { url: 'https://images.segmind.com/x.mp4', contentType: 'video/mp4', expiresAt: null };
    provider.onPoll = () => Promise.resolve({ event: { type: 'completed', video }, retryAt: null });
    const { version } = await job(id);
    await clock.advance(61_000);
    expect(await job(id)).toMatchObject({ state: 'FAILED', lateVideo: video, version: version + 1, pollAt: null });
    expect(await store.losses('LIVE')).toEqual({ unconfirmed: 0, lateVideos: 1, withoutResult: 0, lostVideos: 0 });
    expect(await store.findAccount((await job(id)).accountId)).toMatchObject({ balance: 1_000_000, held: 0 });
    await poller.stop();
  });
});
