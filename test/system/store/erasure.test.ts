import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openConnections } from '../../../src/adapter/store/postgres/engine/connections.ts';
import { applyPending } from '../../../src/adapter/store/postgres/open.ts';
import { createPostgresStore } from '../../../src/adapter/store/postgres/store.ts';
import { erasedAtOnce } from '../../../src/worker/erasure.ts';
import { grantOf, newId } from '../../store/contract/world.ts';
import { newFolder, openAt } from '../../store/sqlite-world.ts';
import { hasPostgres, type PostgresServer, query, startPostgres } from '../world/postgres.ts';
import { erasedAccount, inPostgres, inSqlite, otherAccount, words } from './erasure-jobs.ts';
import { type Counts, cancel, finish, order, roundBeside, startNode } from './erasure-world.ts';
import { fillSqlite, postgresFill } from './million-jobs.ts';

/** How many rows one erasure writes at most: the job, its account, two events, and a delivery with its attempt. */
const rowsPerJob = 8;

const noCounts = (): Counts => ({ read: 0, erased: 0, mostBetweenAnswers: 0 });

/** What must stay: of the user the books, of the other everything. */
const kept = `SELECT count(*) AS jobs, sum(price_credits) AS prices, sum(created_at) AS times,
    sum(CASE WHEN account_id = '${otherAccount}' THEN version + length(prompt) END) AS others,
    (SELECT count(*) FROM ledger_entries WHERE account_id = '${erasedAccount}') AS entries,
    (SELECT count(*) FROM webhook_deliveries) AS deliveries,
    (SELECT count(*) FROM webhook_attempts WHERE response LIKE '%${words}%' AND delivery_id IN
      (SELECT id FROM jobs WHERE account_id = '${otherAccount}')) AS responses
  FROM jobs`;

/** What must be gone, and how often it is still there. */
const left = `SELECT
    (SELECT count(*) FROM jobs WHERE account_id = '${erasedAccount}' AND (deleted_at IS NULL OR prompt <> '' OR video_url <> '')) AS jobs,
    (SELECT count(*) FROM webhook_deliveries WHERE payload LIKE '%${words}%' AND job_id IN
      (SELECT id FROM jobs WHERE account_id = '${erasedAccount}')) AS deliveries,
    (SELECT count(*) FROM webhook_attempts WHERE response IS NOT NULL AND delivery_id IN
      (SELECT id FROM jobs WHERE account_id = '${erasedAccount}')) AS responses,
    (SELECT count(*) FROM job_events WHERE message = 'No.' AND account_id = '${erasedAccount}') AS messages`;

const nothingLeft = { jobs: 0, deliveries: 0, responses: 0, messages: 0 };

const bySomebodyElse = () => grantOf({ account: { owner: 'user-0', environment: 'LIVE' }, credits: 1 });

/** Records how many rows each transaction of a connection writes. */
function recordTransactions(sqlite: Database): { readonly rows: number[] } {
  const rows: number[] = [];
  const total = sqlite.prepare<[], number>('SELECT total_changes()').pluck();
  const begin = sqlite.transaction.bind(sqlite);
  const recorded = (body: () => unknown) =>
    begin(() => {
      const before = total.get() ?? 0;
      const result = body();
      rows.push((total.get() ?? 0) - before);
      return result;
    });
  // The store gives every transaction a body without arguments.
  sqlite.transaction = recorded as typeof sqlite.transaction;
  return { rows };
}

test('100,000 jobs in SQLite are erased in small transactions, beside others, through a kill and the end of running jobs', async () => {
  const count = 100_000;
  const file = join(newFolder(), 'erasure.db');
  fillSqlite(file, 2 * count, inSqlite);
  const counts = noCounts();
  const open = () => {
    const opened = openAt(file);
    // What a power cut leaves has tests of its own.
    opened.sqlite.pragma('synchronous = OFF');
    return { ...opened, ...recordTransactions(opened.sqlite) };
  };
  const { store, sqlite, rows } = open();
  const before = sqlite.prepare(kept).get();
  const running = sqlite
    .prepare<[], string>(`SELECT id FROM jobs WHERE account_id = '${erasedAccount}' AND state = 'PENDING' ORDER BY id`)
    .pluck()
    .all();
  expect(running).toHaveLength(2);
  const [early = '', late = ''] = running;
  const ordered = await order(store, newId());
  expect(ordered).toMatchObject({ jobs: count });

  const { retention, kill } = startNode(store, counts);
  for (let round = 0; round < 5; round += 1)
    expect(await roundBeside(retention, () => store.grant(bySomebodyElse()), counts)).toBe(true);
  await cancel(store, early);
  const dying = retention.round();
  await store.ping();
  kill();
  await expect(dying).rejects.toThrow('killed');
  await store.close();

  const again = open();
  await finish(startNode(again.store, counts).retention);
  await cancel(again.store, late);
  const readBefore = counts.read;
  await finish(startNode(again.store, counts).retention);
  // From the job that ended on, as it was half way.
  expect(counts.read - readBefore).toBeLessThan(count / 2);

  expect(counts.erased).toBe(count);
  // The round that was killed was read twice; the order went back for each running job that ended.
  expect(readBefore).toBeLessThan(count + 2000);
  expect(counts.mostBetweenAnswers).toBeLessThanOrEqual(2 * erasedAtOnce);
  const written = [...rows, ...again.rows];
  expect(Math.max(...written)).toBeLessThanOrEqual(erasedAtOnce * rowsPerJob + rowsPerJob);
  expect(again.sqlite.prepare(left).get()).toEqual(nothingLeft);
  expect(again.sqlite.prepare(kept).get()).toEqual(before);
  expect(await order(again.store, newId())).toEqual(ordered);
  expect(await again.store.openErasures(10)).toEqual([]);
}, 900_000);

describe.runIf(hasPostgres)('20,000 jobs in PostgreSQL (needs the Debian package postgresql)', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  test('are erased one transaction each, beside others, through a kill and the end of a running job', async () => {
    const count = 20_000;
    const url = await server.newDatabase();
    await applyPending(url);
    for (const statement of postgresFill(2 * count, inPostgres)) await query(url, statement);
    const store = await createPostgresStore(openConnections(url), { newId, clock: 'given' });
    onTestFinished(() => store.close());
    const [before] = await query(url, kept);
    const [running] = await query(
      url,
      `SELECT id FROM jobs WHERE account_id = '${erasedAccount}' AND state = 'PENDING'`,
    );
    const counts = noCounts();
    const ordered = await order(store, newId());
    expect(ordered).toMatchObject({ jobs: count });
    const { retention, kill } = startNode(store, counts);
    for (let round = 0; round < 5; round += 1)
      expect(await roundBeside(retention, () => store.grant(bySomebodyElse()), counts)).toBe(true);
    await cancel(store, String(running?.['id']));
    const dying = retention.round();
    await store.ping();
    kill();
    await expect(dying).rejects.toThrow('killed');
    await finish(startNode(store, counts).retention);
    expect(counts.erased).toBe(count);
    expect(counts.read).toBeLessThan(count + 2000);
    expect(await query(url, left)).toEqual([Object.fromEntries(Object.keys(nothingLeft).map((name) => [name, '0']))]);
    expect(await query(url, kept)).toEqual([before]);
    expect(await order(store, newId())).toEqual(ordered);
    const plan = await query(
      url,
      `EXPLAIN SELECT * FROM jobs WHERE account_id = '${erasedAccount}' AND number > 500 AND number <= ${count} ORDER BY number LIMIT 200`,
    );
    expect(JSON.stringify(plan)).toContain('Index Scan using jobs_number');
  }, 900_000);
});
