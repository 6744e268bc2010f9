import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Job } from '../../src/domain/job.ts';
import { advance, dueEventOf } from '../../src/domain/life.ts';
import type { Store } from '../../src/ports.ts';
import { openConnection } from '../../src/store/sqlite/connection.ts';
import { createLookSchedule, type LookedAt } from '../../src/store/sqlite/look-schedule.ts';
import { createSqliteStore } from '../../src/store/sqlite/store.ts';
import {
  accepted,
  admit,
  changeOf,
  circumstances,
  claimed,
  deadline,
  live,
  newId,
  pace,
  start,
} from './contract/world.ts';
import { newFolder, openAt } from './sqlite-world.ts';

const seen = { type: 'seen', status: null } as const;
const fault = { type: 'fault' } as const;
const decide = (job: Job, now: number) => advance(job, dueEventOf(job, now), circumstances(now));
const claimLooks = (store: Store, now: number, looks = 8) =>
  store.claimDue({ environment: 'TEST', submits: 0, looks, endings: 0 }, now, decide);

/** A store with a job that the provider has accepted, and how its row reads to another connection. */
async function openWithJob() {
  const file = join(newFolder(), 'store.db');
  const { store } = openAt(file);
  const { job } = await admit(store);
  const queued = await live(store, job, [claimed, accepted]);
  const beside = new Database(file, { readonly: true });
  onTestFinished(() => void beside.close());
  const version = beside.prepare('PRAGMA data_version').pluck();
  const row = beside.prepare('SELECT poll_at, polled_at, faults FROM jobs WHERE id = ?');
  return { file, store, queued, version: () => version.get(), row: () => row.get(job.id) };
}

describe('looks of a database that belongs to one process', () => {
  test('cost no write where they find nothing new, and are told to whoever reads the job', async () => {
    const { store, queued, version, row } = await openWithJob();
    const dueAt = queued.pollAt ?? 0;
    const before = [version(), row()];
    const [claim] = await claimLooks(store, dueAt);
    expect((await store.findJob(queued.id))?.pollAt).toBe(dueAt + 10_000);
    expect(await claimLooks(store, dueAt)).toEqual([]);
    const change = changeOf(claim?.to ?? queued, seen, dueAt + 50);
    expect(await store.commit(change, dueAt + 50)).toBe(true);
    expect([version(), row()]).toEqual(before);
    expect(await store.findJob(queued.id)).toEqual(change.to);
    expect(await store.due('TEST', dueAt + 60, 8)).toMatchObject({ looks: 0, nextAt: change.to.pollAt });
    const { items } = await store.listJobs(
      queued.accountId,
      { status: null, externalId: null },
      {
        count: { from: 'start', limit: 1 },
        after: null,
        before: null,
      },
    );
    expect(items).toEqual([change.to]);
  });

  test('read a job no more once a claim has, though nobody else has read or written it', async () => {
    const { file, store, queued } = await openWithJob();
    await store.close();
    const connection = openConnection(file, true);
    const prepare = connection.sqlite.prepare.bind(connection.sqlite);
    const reads: string[] = [];
    const watching = (source: string) => {
      const statement = prepare(source);
      const get = statement.get.bind(statement);
      statement.get = (...values: unknown[]) => {
        if (values.includes(queued.id)) reads.push(source);
        return get(...values);
      };
      return statement;
    };
    Object.defineProperty(connection.sqlite, 'prepare', { value: watching });
    const restarted = createSqliteStore(connection, newId);
    onTestFinished(() => restarted.close());
    const dueAt = queued.pollAt ?? 0;
    const [claim] = await claimLooks(restarted, dueAt);
    const first = reads.length;
    expect(first).toBeGreaterThan(0);
    const change = changeOf(claim?.to ?? queued, seen, dueAt + 50);
    expect(await restarted.commit(change, dueAt + 50)).toBe(true);
    expect(await claimLooks(restarted, change.to.pollAt ?? 0)).toHaveLength(1);
    expect(reads).toHaveLength(first);
  });

  test('write down what is news: a fault, the end of faults, a state', async () => {
    const { store, queued, row } = await openWithJob();
    let job = queued;
    for (const [event, at] of [
      [fault, 1],
      [seen, 2],
      [{ type: 'seen', status: 'PROCESSING' }, 3],
    ] as const) {
      const now = start + at * 100_000;
      const change = changeOf(job, event, now);
      expect(await store.commit(change, now)).toBe(true);
      job = change.to;
      expect(row()).toEqual({ poll_at: job.pollAt, polled_at: job.polledAt, faults: job.faults });
    }
  });

  test('write down that faults are over, also where the look began before the fault was stored', async () => {
    const { store, queued, row } = await openWithJob();
    expect(await store.commit(changeOf(queued, fault, start + 1), start + 1)).toBe(true);
    const change = changeOf(queued, seen, start + 2);
    expect(await store.commit(change, start + 2)).toBe(true);
    expect(row()).toEqual({ poll_at: change.to.pollAt, polled_at: change.to.polledAt, faults: 0 });
    expect(await store.listTroubled('TEST', 8)).toEqual([]);
  });

  test('are refused where the job has moved, as a write would be', async () => {
    const { store, queued } = await openWithJob();
    await store.commit(changeOf(queued, { type: 'seen', status: 'PROCESSING' }, start), start);
    expect(await store.commit(changeOf(queued, seen, start), start)).toBe(false);
    expect(await store.commit(changeOf({ ...queued, id: 'x' }, seen, start), start)).toBe(false);
  });

  test('are not claimed where the transaction is undone', async () => {
    const { store, queued } = await openWithJob();
    const dueAt = queued.pollAt ?? 0;
    const claiming = store.claimDue({ environment: 'TEST', submits: 0, looks: 8, endings: 0 }, dueAt, (job, now) => {
      if (job.id === queued.id) throw new Error('No decision');
      return decide(job, now);
    });
    await expect(claiming).rejects.toThrow('No decision');
    expect(await store.due('TEST', dueAt, 8)).toMatchObject({ looks: 1 });
  });

  test('are due again after a start, whoever had claimed them', async () => {
    const { store, file, queued } = await openWithJob();
    const dueAt = queued.pollAt ?? 0;
    await claimLooks(store, dueAt);
    await store.close();
    const { store: next } = openAt(file);
    expect(await next.due('TEST', dueAt, 8)).toMatchObject({ looks: 1 });
    await next.recover(dueAt, pace.intervalMs, decide);
    expect(await next.findJob(queued.id)).toMatchObject({ pollAt: dueAt });
    expect(await claimLooks(next, dueAt)).toHaveLength(1);
  });
});

describe('a schedule of looks', () => {
  const jobOf = (id: string, patch: Partial<LookedAt> = {}): LookedAt => ({
    id,
    environment: 'TEST',
    state: 'QUEUED',
    version: 3,
    deadlineAt: 1000,
    pollAt: 10,
    polledAt: null,
    ...patch,
  });
  const place = (jobs: readonly LookedAt[]) => createLookSchedule(() => jobs);

  test('gives them in the order in which they fall due, each environment by itself', () => {
    const looks = place([
      jobOf('b', { pollAt: 20 }),
      jobOf('a'),
      jobOf('live', { environment: 'LIVE', pollAt: 5 }),
      jobOf('c', { pollAt: 30 }),
    ]);
    expect(looks.due('TEST', 9, 8)).toEqual({ looks: 0, endings: 0, nextAt: 10 });
    expect(looks.looks('TEST', 20, 8)).toEqual(['a', 'b']);
    expect(looks.looks('TEST', 20, 1)).toEqual(['a']);
    expect(looks.due('TEST', 20, 1)).toEqual({ looks: 1, endings: 0, nextAt: 30 });
    expect(looks.due('LIVE', 20, 8)).toEqual({ looks: 1, endings: 0, nextAt: null });
  });

  test('counts as an ending what its deadline meets, however many looks wait before it', () => {
    const looks = place([
      jobOf('a'),
      jobOf('b', { pollAt: 20, deadlineAt: 25 }),
      jobOf('c', { pollAt: 40, deadlineAt: 25 }),
    ]);
    expect(looks.due('TEST', 20, 8)).toMatchObject({ looks: 2, endings: 0 });
    expect(looks.endings('TEST', 25, 8)).toEqual(['b']);
    expect(looks.looks('TEST', 25, 8)).toEqual(['a']);
    // A lease, or a wait after a fault, is kept to its end.
    expect(looks.endings('TEST', 40, 8)).toEqual(['b', 'c']);
  });

  test('looks on for a late video after the deadline, and forgets what has ended', async () => {
    const { store, queued } = await openWithJob();
    const failed = changeOf(queued, deadline, queued.deadlineAt).to;
    const looks = place([queued]);
    looks.place(failed);
    expect(failed.pollAt).not.toBeNull();
    expect(looks.looks('TEST', failed.pollAt ?? 0, 8)).toEqual([queued.id]);
    expect(looks.endings('TEST', failed.pollAt ?? 0, 8)).toEqual([]);
    looks.place({ ...failed, pollAt: null });
    expect(looks.due('TEST', 1e15, 8)).toEqual({ looks: 0, endings: 0, nextAt: null });
    expect(await store.due('TEST', 0, 8)).toMatchObject({ looks: 0 });
  });

  test('holds one time for each job, the last', () => {
    const looks = place([]);
    for (const pollAt of [10, 50, 30]) looks.place(jobOf('a', { pollAt }));
    expect(looks.due('TEST', 20, 8)).toEqual({ looks: 0, endings: 0, nextAt: 30 });
    expect(looks.due('TEST', 60, 8)).toEqual({ looks: 1, endings: 0, nextAt: null });
    looks.place(jobOf('a', { pollAt: 90 }));
    expect(looks.due('TEST', 60, 8)).toEqual({ looks: 0, endings: 0, nextAt: 90 });
  });
});
