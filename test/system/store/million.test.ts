import { join } from 'node:path';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/node-postgres';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { applyPending } from '../../../src/adapter/store/postgres/open.ts';
import { createPostgresStore } from '../../../src/adapter/store/postgres/store.ts';
import type { JobFilter, Page, Store } from '../../../src/ports.ts';
import { anyJob, first, last, newId } from '../../store/contract/world.ts';
import { newFolder, openAt } from '../../store/sqlite-world.ts';
import { hasPostgres, type PostgresServer, startPostgres } from '../world/postgres.ts';
import { filledFrom, fillSqlite, postgresFill } from './million-jobs.ts';

const dayMs = 86_400_000;

/** Every kind of filter. */
const filters: readonly JobFilter[] = [
  anyJob,
  { ...anyJob, status: ['FAILED', 'CANCELED'] },
  { ...anyJob, failureCode: ['CONTENT_REJECTED'] },
  { ...anyJob, externalId: 'order-203' },
  { ...anyJob, externalId: 'order-203', failureCode: ['CONTENT_REJECTED'] },
  { ...anyJob, createdAfter: filledFrom + dayMs, createdBefore: filledFrom + 2 * dayMs },
  { ...anyJob, status: ['COMPLETED'], createdAfter: filledFrom + dayMs },
  { ...anyJob, failureCode: ['PROVIDER_UNAVAILABLE'], createdBefore: filledFrom + dayMs },
  { ...anyJob, search: 'DESK 99' },
  { ...anyJob, status: ['FAILED'], search: 'desk 99', createdAfter: filledFrom },
];

/** Reads a page of every list from each end, in the middle, and the counts. */
async function readLists(store: Store): Promise<void> {
  for (const filter of filters) {
    const { items } = await store.listJobs('account-3', filter, first(20));
    const middle = items[10]?.id ?? null;
    const pages: readonly Page<string>[] = [first(20), last(20), first(20, middle), last(20, middle)];
    for (const page of pages) {
      await store.listJobs('account-3', filter, page);
      await store.listAllJobs('LIVE', filter, page);
    }
    await store.countJobs('account-3', filter);
    await store.countAllJobs('LIVE', filter);
  }
  expect(await store.findJobByRequest('LIVE', 'request-1000')).toMatchObject({ requestId: 'request-1000' });
}

test('with a million jobs and statistics in SQLite, every list reads a range of an index and sorts nothing', async () => {
  const file = join(newFolder(), 'million.db');
  fillSqlite(file, 1_000_000);
  const prepare = vi.spyOn(Database.prototype, 'prepare');
  const { store, sqlite } = openAt(file);
  await readLists(store);
  const isOfList = (sql: string) => /^select .* from "jobs" .*("id" >= \?|"request_id" = \?)/.test(sql);
  const statements = new Set(prepare.mock.calls.map(([sql]) => sql).filter(isOfList));
  prepare.mockRestore();
  const plans = [...statements].map((statement) => {
    const parameters = statement.match(/\?/g)?.map(() => null) ?? [];
    const steps = sqlite.prepare<null[], { detail: string }>(`EXPLAIN QUERY PLAN ${statement}`).all(...parameters);
    return steps.map(({ detail }) => detail).filter((step) => !/json_each|LIST SUBQUERY|BLOOM/.test(step));
  });
  const drawn = [...new Set(plans.flat())].sort();
  await expect(`${drawn.join('\n')}\n`).toMatchFileSnapshot('million-plans.txt');
  expect(drawn.filter((step) => !/^SEARCH jobs USING (COVERING )?INDEX/.test(step))).toEqual([]);
  const counts = await Promise.all(filters.slice(0, 6).map((filter) => store.countJobs('account-3', filter)));
  expect(counts).toEqual([250_000, 60_000, 10_000, 333, 333, 86_400 / 4]);
});

describe.runIf(hasPostgres)('with 100,000 jobs in PostgreSQL (needs the Debian package postgresql)', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  test('no list scans the jobs or sorts them', async () => {
    const url = await server.newDatabase();
    await applyPending(url);
    const client = new Client(url);
    await client.connect();
    onTestFinished(() => client.end());
    for (const statement of postgresFill(100_000)) await client.query(statement);
    const asked = vi.spyOn(client, 'query');
    const db = drizzle(client);
    const connections = { lend: <T>(use: (lent: typeof db) => Promise<T>) => use(db), close: async () => undefined };
    await readLists(await createPostgresStore(connections, { newId, clock: 'given' }));
    const calls = asked.mock.calls.map(([query, values]) => ({ text: textOf(query), values }));
    asked.mockRestore();
    const lists = new Map(
      calls.filter(({ text }) => /^select .* from "jobs"/.test(text)).map((call) => [call.text, call]),
    );
    expect(lists.size).toBeGreaterThan(30);
    for (const { text, values } of lists.values()) {
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan, text).not.toMatch(/Seq Scan on jobs/);
      // The index of odd jobs is empty, so it may be sorted; a look reads a bounded range.
      if (/substr/.test(text)) expect(plan, text).toMatch(/jobs_odd|jobs_all_odd/);
      else if (!/ offset |strpos|"request_id" = /.test(text)) expect(plan, text).not.toMatch(/Sort/);
    }
  });
});

/** The SQL of a call of the driver, which is given as a text or with its name. */
function textOf(query: unknown): string {
  if (typeof query === 'string') return query;
  return typeof query === 'object' && query !== null && 'text' in query ? String(query.text) : '';
}
