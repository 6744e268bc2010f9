import { eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { expect, test } from 'vitest';
import { prepareRows, prepareWrite } from '../../src/store/sqlite/prepared.ts';
import { jobs } from '../../src/store/sqlite/tables/jobs.ts';
import { admit, changeOf, claimed, start } from './contract/world.ts';
import { openInMemory } from './sqlite-world.ts';

test('a job is the same object while its row reads the same, and another once it does not', async () => {
  const { store, run } = await openInMemory();
  const { job } = await admit(store);
  const first = await store.findJob(job.id);
  expect(await store.findJob(job.id)).toBe(first);

  // As another process would, past this store.
  await run(`UPDATE jobs SET poll_at = poll_at + 1 WHERE id = '${job.id}'`);
  const second = await store.findJob(job.id);
  expect(second).toEqual({ ...first, pollAt: (job.pollAt ?? 0) + 1 });
  expect(await store.findJob(job.id)).toBe(second);

  const change = changeOf(second ?? job, claimed);
  await store.commit(change, start);
  expect(await store.findJob(job.id)).toEqual(change.to);

  await store.close();
  await expect(Promise.resolve().then(() => store.findJob(job.id))).rejects.toThrow();
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
  expect(select.raw({ id: job.id })).toEqual([job.id, 'A boat', 2]);
  expect(select.get({ id: 'x' })).toBeUndefined();
  expect(select.raw({ id: 'x' })).toBeUndefined();
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
