import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { boundTo } from '../../src/adapter/store/shared/placeholders.ts';
import { openConnection } from '../../src/adapter/store/sqlite/engine/connection.ts';
import { prepareRows, prepareWrite } from '../../src/adapter/store/sqlite/engine/prepared.ts';
import { createSqliteStore } from '../../src/adapter/store/sqlite/store.ts';
import { jobs } from '../../src/adapter/store/sqlite/tables/jobs.ts';
import { accepted, admit, changeOf, claimed, live, newId, start } from './contract/world.ts';
import { newFolder, openAt, openInMemory } from './sqlite-world.ts';

/** A store on a file, and a second one on it, as a command in another process opens it. */
function openBoth() {
  const file = join(newFolder(), 'store.db');
  const { store } = openAt(file);
  const connection = openConnection(file, false);
  const beside = createSqliteStore(connection, newId);
  onTestFinished(() => beside.close());
  return { store, beside };
}

describe('a job', () => {
  test('is read anew by a transaction that begins after another connection has written', async () => {
    const { store, beside } = openBoth();
    const { job } = await admit(store);
    const queued = await live(store, job, [claimed, accepted]);
    const moved = changeOf(queued, { type: 'seen', status: 'PROCESSING' });
    expect(await beside.commit(moved, start)).toBe(true);
    expect(await store.commit(changeOf(queued, { type: 'seen', status: null }), start)).toBe(false);
  });

  test('whose poll is claimed and finds nothing new has both times in its row', async () => {
    const { store, beside } = openBoth();
    const { job } = await admit(store);
    const queued = await live(store, job, [claimed, accepted]);
    const now = queued.pollAt ?? 0;
    const polls = { environment: 'TEST', submits: 0, polls: 1, endings: 0 } as const;
    const [claim] = await store.claimDue(polls, now, (due) => changeOf(due, claimed, now));
    expect(claim?.to).toEqual({ ...queued, pollAt: now + 10_000 });
    expect(await beside.findJob(job.id)).toEqual(claim?.to);
    const seen = changeOf(claim?.to ?? queued, { type: 'seen', status: null }, now + 50);
    expect(await store.commit(seen, now + 50)).toBe(true);
    expect(await beside.findJob(job.id)).toEqual({ ...queued, polledAt: now + 50, pollAt: seen.to.pollAt });
  });
});

test('a statement runs with its named parameters, and not at all if one is missing', async () => {
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

test('a write takes what its first values lack from the second, null counts as a value, and nothing missing is encoded', async () => {
  const { store, sqlite } = await openInMemory();
  const { job } = await admit(store);
  const db = drizzle({ client: sqlite });
  const { id, requestId, unknownVideo } = boundTo({
    id: jobs.id,
    requestId: jobs.requestId,
    unknownVideo: jobs.unknownVideo,
  });
  const write = prepareWrite(db, db.update(jobs).set({ requestId, unknownVideo }).where(eq(jobs.id, id)));
  const requestIdOf = async () => (await store.findJob(job.id))?.requestId;
  expect(write({ requestId: null, unknownVideo: true }, { id: job.id, requestId: 'ignored' })).toBe(1);
  expect(await requestIdOf()).toBeNull();
  expect((await store.findJob(job.id))?.unknownVideo).toBe(true);
  // A boolean's encoding would make 0 of it.
  expect(() => write({ id: job.id }, { requestId: null })).toThrow('Nothing is bound to unknownVideo');
});
