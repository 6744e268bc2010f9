import { expect, test } from 'vitest';
import { accepted, admit, ana, claimed, first, live, lives, type OpenDatabase, start } from './world.ts';

export function describeIncarnation(open: OpenDatabase): void {
  test('a database has no incarnation until one begins, and then the last that began', async () => {
    const { store } = await open();
    await admit(store);
    expect(await store.incarnation()).toBeNull();
    expect(await store.recognizeBackup('0123456789abcdef', start)).toBeNull();
    await store.adopt();
    expect(await store.incarnation()).toBeNull();
    await store.beginIncarnation('0123456789abcdef', start);
    await store.beginIncarnation('fedcba9876543210', start);
    expect(await store.incarnation()).toBe('fedcba9876543210');
  });

  test('a new incarnation ends jobs that may have been sent since the backup, and gives their price back', async () => {
    const { store } = await open();
    const { job: pending } = await admit(store);
    const { job: submitting } = await admit(store).then(async ({ job }) => ({
      job: await live(store, job, [claimed]),
    }));
    const { job: queued } = await admit(store).then(async ({ job }) => ({
      job: await live(store, job, [claimed, accepted]),
    }));
    const { job: done, account } = await admit(store);
    const completed = await live(store, done, lives.completed);

    expect(await store.beginIncarnation('0123456789abcdef', start + 5000)).toBe(2);
    for (const { id } of [pending, submitting]) {
      expect(await store.findJob(id)).toMatchObject({
        state: 'FAILED',
        failure: { code: 'SUBMISSION_UNCONFIRMED' },
        finishedAt: start + 5000,
        version: 3,
        pollAt: null,
      });
    }
    const { items } = await store.listEvents(pending.id, first(10));
    expect(items.map(({ status }) => status)).toEqual(['PENDING', 'PENDING', 'FAILED']);
    expect(await store.findJob(queued.id)).toEqual(queued);
    expect(await store.findJob(completed.id)).toEqual(completed);
    expect(await store.arrive(ana, 0, start)).toMatchObject({ balance: 1000 - 67, held: 67, id: account.id });
    expect(await store.losses('TEST')).toMatchObject({ unconfirmed: 2 });
    expect(await store.beginIncarnation('fedcba9876543210', start + 6000)).toBe(0);
  });
}
