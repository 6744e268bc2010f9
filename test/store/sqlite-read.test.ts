import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openConnection } from '../../src/store/sqlite/connection.ts';
import { prepareRows, prepareWrite } from '../../src/store/sqlite/prepared.ts';
import { createSqliteStore } from '../../src/store/sqlite/store.ts';
import { jobs } from '../../src/store/sqlite/tables/jobs.ts';
import { accepted, admit, changeOf, claimed, grantOf, live, lives, newId, start } from './contract/world.ts';
import { newFolder, openAt, openInMemory } from './sqlite-world.ts';

/** A store on a file, and another beside it, as a command of another process opens it. */
function openBoth() {
  const file = join(newFolder(), 'store.db');
  const { store } = openAt(file);
  const connection = openConnection(file, false);
  const beside = createSqliteStore(connection, newId);
  onTestFinished(() => beside.close());
  return { store, beside, sqlite: connection.sqlite };
}

describe('a job that is known', () => {
  test('is the same object while nothing is written, and as it stands once something is', async () => {
    const { store, sqlite } = openBoth();
    expect(await store.findJob('nobody')).toBeNull();
    const { job } = await admit(store);
    const first = await store.findJob(job.id);
    expect(first).toBe(job);
    expect(await store.findJob(job.id)).toBe(first);

    sqlite.exec(`UPDATE jobs SET poll_at = poll_at + 1 WHERE id = '${job.id}'`);
    const second = await store.findJob(job.id);
    expect(second).toEqual({ ...first, pollAt: (job.pollAt ?? 0) + 1 });
    expect(await store.findJob(job.id)).toBe(second);

    const change = changeOf(second ?? job, claimed);
    await store.commit(change, start);
    expect(await store.findJob(job.id)).toBe(change.to);
    expect(await store.findJobs([job.id, 'nobody'])).toEqual([change.to]);

    await store.close();
    await expect(Promise.resolve().then(() => store.findJob(job.id))).rejects.toThrow();
  });

  test('is not taken for what it was by a transaction that begins after another connection has written', async () => {
    const { store, beside } = openBoth();
    const { job } = await admit(store);
    const queued = await live(store, job, [claimed, accepted]);
    const moved = changeOf(queued, { type: 'seen', status: 'PROCESSING' });
    expect(await beside.commit(moved, start)).toBe(true);
    expect(await store.commit(changeOf(queued, { type: 'seen', status: null }), start)).toBe(false);
  });

  test.each(Object.entries(lives))('is what the row says: %s', async (_name, events) => {
    const { store, beside } = openBoth();
    const { job } = await admit(store);
    let now = start;
    for (const event of events) {
      const current = await store.findJob(job.id);
      await store.commit(changeOf(current ?? job, event, now), now);
      now += 1000;
      expect(await store.findJob(job.id)).toStrictEqual(await beside.findJob(job.id));
    }
    await store.claimDue({ environment: 'TEST', submits: 1, looks: 1, endings: 1 }, now + 1e9, () => null);
    expect(await store.findJob(job.id)).toStrictEqual(await beside.findJob(job.id));
  });

  test('is read again where the transaction that wrote it was undone', async () => {
    const { store, beside } = openBoth();
    const { job } = await admit(store);
    const one = changeOf(job, claimed);
    const outcomes = await Promise.allSettled([
      store.claimDue({ environment: 'TEST', submits: 1, looks: 0, endings: 0 }, start, (due) => {
        throw new Error(`Nothing is decided about ${due.id}`);
      }),
      store.commit({ ...one, message: null as never }, start),
      store.grant(grantOf()),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect(await store.findJob(job.id)).toEqual(job);
    expect(await beside.findJob(job.id)).toEqual(job);
  });
});

test('a statement is run with what its names are bound to, and not at all where one is missing', async () => {
  const { store, sqlite } = await openInMemory();
  const { job } = await admit(store);
  const db = drizzle({ client: sqlite });
  const { id, input, version } = { id: jobs.id, input: jobs.prompt, version: jobs.version };
  const named = eq(id, sql`${sql.placeholder('id')}`);
  const selection = { id, input, two: sql<number>`1 + 1` };
  const select = prepareRows(db, selection, db.select(selection).from(jobs).where(named));
  const row = { id: job.id, input: 'A boat', two: 2 };
  expect(select.get({ id: job.id })).toEqual(row);
  expect(select.all({ id: job.id, more: 1 })).toEqual([row]);
  expect(select.get({ id: 'x' })).toBeUndefined();
  expect(() => select.get({})).toThrow('Nothing is bound to id');

  const write = prepareWrite(
    db,
    db
      .update(jobs)
      .set({ version: sql`${version} + 0` })
      .where(named),
  );
  expect(write({ id: job.id })).toBe(1);
  expect(write({ id: 'x' })).toBe(0);
  expect(() => write({})).toThrow('Nothing is bound to id');
});
