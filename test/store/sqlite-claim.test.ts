import { describe, expect, test } from 'vitest';
import type { Job } from '../../src/domain/job.ts';
import type { ClaimNew } from '../../src/ports.ts';
import { admissionOf, admit, ana, anyJob, changeOf, claimed, first, start } from './contract/world.ts';
import { openInMemory, openOnDisk } from './sqlite-world.ts';

/** Claims a new job, and notes what it was asked about. */
function claiming(at = start) {
  const asked: Job[] = [];
  const claim: ClaimNew = (job) => {
    asked.push(job);
    return changeOf(job, claimed, at);
  };
  return { asked, claim };
}

async function openArrived() {
  const database = await openInMemory();
  const account = await database.store.arrive(ana, 1000, start);
  return { ...database, accountId: account.id };
}

describe('a job that is claimed as it is stored', () => {
  test('is SUBMITTING at its second version, leased, with both steps in its history and in the feed', async () => {
    const { store, accountId } = await openArrived();
    await admit(store);
    const admission = admissionOf();
    const { claim, asked } = claiming();
    const admitted = await store.admit(admission, claim);
    if (admitted.kind !== 'admitted') throw new Error('Not admitted');
    expect(asked).toMatchObject([{ id: admission.id, state: 'PENDING', version: 1, pollAt: start }]);
    expect(admitted.job).toMatchObject({ id: admission.id, state: 'SUBMITTING', version: 2, pollAt: start + 20_000 });
    expect(admitted.account).toMatchObject({ held: 134, feed: 3 });
    expect(await store.findJob(admission.id)).toEqual(admitted.job);
    expect(await store.findAccount(accountId)).toEqual(admitted.account);
    const steps = [
      { feed: 2, version: 1, status: 'PENDING', message: 'Stored; its price is held.', occurredAt: start },
      { feed: 3, version: 2, status: 'PENDING', message: 'Being sent to the provider.', occurredAt: start },
    ];
    expect((await store.listEvents(admission.id, first(10))).items).toMatchObject(steps);
    expect((await store.readFeed(accountId, 1, 10)).events).toMatchObject(steps);
  });

  test('is on disk as such when the promise fulfils', async () => {
    const { store, sqlite } = await openOnDisk();
    await store.arrive(ana, 1000, start);
    const { id } = (await admit(store)).job;
    const admission = admissionOf();
    await store.admit(admission, claiming().claim);
    const rows = sqlite.prepare('SELECT id, state, version FROM jobs ORDER BY id').all();
    expect(rows).toEqual([
      { id, state: 'PENDING', version: 1 },
      { id: admission.id, state: 'SUBMITTING', version: 2 },
    ]);
  });

  test('stays PENDING where its claim says so', async () => {
    const { store } = await openArrived();
    const admitted = await store.admit(admissionOf(), () => null);
    expect(admitted).toMatchObject({ job: { state: 'PENDING', version: 1 }, account: { feed: 1 } });
  });

  test('is asked for neither where a key stands for a job already, nor where nothing is stored', async () => {
    const { store } = await openArrived();
    await admit(store, { idempotencyKey: 'k' });
    const { claim, asked } = claiming();
    const replay = await store.admit(admissionOf({ idempotencyKey: 'k' }), claim);
    const refused = await store.admit(admissionOf({ priceCredits: 5000 }), claim);
    expect(replay).toMatchObject({ replayed: true, job: { state: 'PENDING' } });
    expect(refused).toMatchObject({ kind: 'insufficientCredits' });
    expect(asked).toEqual([]);
  });

  test('is not stored at all where its claim throws, and its neighbours are', async () => {
    const { store, accountId } = await openArrived();
    const { claim, asked } = claiming();
    const results = await Promise.allSettled([
      store.admit(admissionOf(), claim),
      store.admit(admissionOf(), () => {
        throw new Error('no claim');
      }),
      store.admit(admissionOf(), claim),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    // The first was asked about twice: all were undone and run again.
    expect(asked.map(({ id }) => id)).toEqual([asked[0]?.id, asked[0]?.id, asked[2]?.id]);
    expect(await store.countJobs(accountId, anyJob)).toBe(2);
    const { events, head } = await store.readFeed(accountId, 0, 10);
    expect(events.map(({ feed, version }) => [feed, version])).toEqual([
      [1, 1],
      [2, 2],
      [3, 1],
      [4, 2],
    ]);
    expect(head).toBe(4);
  });
});

describe('of a job that is claimed as it is stored, the database refuses', () => {
  const copied =
    'account_id, owner, environment, prompt, aspect_ratio, seed, price_credits, estimate_quantiles, estimate_sample_size, faults, resends, ' +
    'created_at, deadline_at, poll_at';
  const stored = (state: string, version: number) =>
    `INSERT INTO jobs (id, number, state, version, ${copied}) SELECT 'new', 2, '${state}', ${version}, ${copied} FROM jobs;`;
  const step = (feed: number) => `UPDATE accounts SET jobs = jobs + 1, running = running + 1, feed = feed + ${feed};`;
  const event = (version: number, feed: number, status = 'PENDING') =>
    'INSERT INTO job_events (job_id, version, account_id, feed, status, message, occurred_at) ' +
    `SELECT 'new', ${version}, id, ${feed}, '${status}', '', 1 FROM accounts;`;
  const begun = `${step(2)} ${stored('SUBMITTING', 2)}`;

  test('nothing of what the store writes', async () => {
    const { store, run } = await openArrived();
    await admit(store);
    await expect(run(`${begun} ${event(1, 2)} ${event(2, 3)}`)).resolves.toBeUndefined();
  });

  test.each([
    ['a third number of the feed', step(3), 'accounts_step'],
    ['a later version', `${step(2)} ${stored('SUBMITTING', 3)}`, 'jobs_new'],
    ['another state', `${step(2)} ${stored('PENDING', 2)}`, 'jobs_new'],
    ['its first event under the number of its second', `${begun} ${event(1, 3)}`, 'job_events_new'],
    ['its first event with another status', `${begun} ${event(1, 2, 'QUEUED')}`, 'job_events_new'],
    ['its second event alone', `${begun} ${event(2, 3)}`, 'job_events_new'],
    ['its second event under the number of its first', `${begun} ${event(1, 2)} ${event(2, 2)}`, 'job_events_new'],
  ])('%s', async (_what, statements, refusedBy) => {
    const { store, run } = await openArrived();
    await admit(store);
    await expect(run(statements)).rejects.toThrow(refusedBy);
  });
});
