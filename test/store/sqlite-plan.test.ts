import Database from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { copyClaimed, copyGone } from '../../src/domain/copy.ts';
import { erase } from '../../src/domain/erasure.ts';
import type { JobFilter } from '../../src/ports.ts';
import { waiting } from './contract/copies.ts';
import { addTest, endpointOf } from './contract/webhook-world.ts';
import { admit, ana, anyJob, first, grantOf, keyOf, last, live, lives, newId, start } from './contract/world.ts';
import { openInMemory } from './sqlite-world.ts';

/** Each index of a list, alone and with a look at its jobs. */
const filters: readonly JobFilter[] = [anyJob, { ...anyJob, externalId: 'x' }].flatMap((filter) => [
  { ...filter, status: ['FAILED'] },
  { ...filter, failureCode: ['GENERATION_FAILED'] },
  { ...filter, search: 'boat' },
  { ...filter, status: ['FAILED'], search: 'boat' },
  { ...filter, failureCode: ['GENERATION_FAILED'], search: 'boat' },
  { ...filter, createdAfter: 0, createdBefore: start },
  { ...filter, failureCode: ['GENERATION_FAILED'], createdAfter: 0, createdBefore: start },
]);

/** All statements that the store prepares. */
async function allStatements(): Promise<{ sqlite: Database.Database; statements: readonly string[] }> {
  const prepare = vi.spyOn(Database.prototype, 'prepare');
  const { store, sqlite } = await openInMemory();
  const { job, account } = await admit(store, { idempotencyKey: 'k1' });
  await live(store, job, lives.late);
  await admit(store, { retryOf: job.id });
  await admit(store);
  await store.grant(grantOf({ idempotencyKey: 'g1' }));
  const { job: paid } = await admit(store);
  await live(store, paid, lives.completed);
  await store.refund({ environment: 'TEST', jobId: paid.id, reason: 'Sorry', createdAt: start });
  await store.findJobs([job.id, newId()]);
  // Many jobs are due for the first, few for the second.
  for (const submits of [1, 8]) {
    await store.claimDue({ environment: 'TEST', submits, polls: 8, endings: 8 }, start, () => null);
  }
  await store.recover(start, 7000, () => null);
  await store.due('TEST', start, 8);
  for (const page of [first<string>(20), last<string>(20)]) {
    for (const status of [null, ['PENDING'] as const]) {
      for (const externalId of [null, 'x']) await store.listJobs(account.id, { status, externalId }, page);
    }
  }
  for (const filter of [anyJob, ...filters]) {
    for (const page of [first<string>(20), last<string>(20)]) {
      await store.listJobs(account.id, filter, page);
      await store.listAllJobs('TEST', filter, page);
    }
    await store.countJobs(account.id, filter);
    await store.countAllJobs('TEST', filter);
  }
  await store.findJobByRequest('TEST', 'r1');
  for (const page of [first<number>(20), last<number>(20)]) {
    await store.listEvents(job.id, page);
    await store.listLedger(account.id, page);
  }
  await store.readFeed(account.id, 0, 100);
  await store.findLedgerEntry(newId());
  await admit(store, { spending: { tokenId: 't1', maxCredits: 100 } });
  const key = keyOf();
  await store.createApiKey(key);
  for (const page of [first<string>(20), last<string>(20)]) {
    for (const owner of [null, 'ana']) await store.listApiKeys('TEST', owner, page);
  }
  await store.useApiKey(key.id, start);
  await store.revokeApiKey(key.id, start);
  await store.durations('TEST', 200);
  const span = { environment: 'TEST', from: start, to: start + 1 } as const;
  for (const groupBy of ['DAY', 'USER', 'API_KEY'] as const) await store.usage(span, groupBy);
  await store.spend(span);
  for (const read of [store.jobsAfter, store.entriesAfter]) await read('TEST', null, start, 500);
  await store.losses('TEST');
  await store.listLosses('TEST', 100);
  await store.listTroubled('TEST', 100);
  await store.countRunning('TEST');
  for (const page of [first<string>(20), last<string>(20)]) await store.listAccounts('TEST', '', page);
  const stored = await waiting(store);
  for (const claim of [store.claimCopies, store.claimRemovals]) await claim(8, start, copyClaimed);
  await store.commitCopy(stored, copyGone(stored, start));
  await store.findJobByVideo(stored.videoId);
  await store.knownVideos([stored.videoId]);
  await store.listStored(start, null, 8);
  await store.listKept(start, 8);
  const endpoint = endpointOf();
  await store.createWebhookEndpoint(endpoint, 20);
  for (const page of [first<string>(20), last<string>(20)]) {
    for (const state of [null, 'FAILED'] as const) await store.listWebhookDeliveries(endpoint.id, state, page);
  }
  await store.listWebhookEndpoints('TEST', null, 20);
  await addTest(store, endpoint);
  await store.claimWebhooks({ slots: 8, failingSlots: 8, testSlots: 8 }, start);
  await store.countWebhooks('TEST', start);
  const erasure = erase(stored, start);
  if (erasure !== null) await store.commit(erasure, start);
  await store.orderErasure(ana, start);
  for (const order of await store.openErasures(8)) {
    await store.readErasure(order, 8);
    await store.advanceErasure(order, 1);
  }
  await store.ping();
  const statements = prepare.mock.calls.map(([sql]) => sql).filter((sql) => /^(select|insert|update) .*"/i.test(sql));
  prepare.mockRestore();
  return { sqlite, statements: [...new Set(statements)].filter((sql) => !sql.includes('drizzle_migrations')) };
}

/** SQLite's query plan for a statement, guards and foreign keys included. */
function planOf(sqlite: Database.Database, statement: string): readonly string[] {
  const parameters = statement.match(/\?/g)?.map(() => null) ?? [];
  const steps = sqlite.prepare<null[], { detail: string }>(`EXPLAIN QUERY PLAN ${statement}`).all(...parameters);
  return steps.map(({ detail }) => detail);
}

/** True if a step sorts, or scans a table that grows. */
function isSlow(step: string, statement: string): boolean {
  // SQLite looks for the jobs that an inserted row could be the parent of only while a foreign key is violated, which cannot happen here.
  if (step === 'SCAN jobs' && statement.startsWith('insert')) return false;
  // This index has the open orders alone.
  if (step === 'SCAN erasures USING INDEX erasures_open') return false;
  // The groups of one day's rows are added up in memory.
  if (step === 'USE TEMP B-TREE FOR GROUP BY') return false;
  // `some` is the index range that is being counted, json_each the requested ids; settings has one row.
  return /TEMP B-TREE/.test(step) || (/^SCAN/.test(step) && !/^SCAN (some|json_each|settings|CONSTANT)/.test(step));
}

test('every statement finds its rows by an index and none sorts', async () => {
  const { sqlite, statements } = await allStatements();
  const plans = statements.map((statement) => [statement, planOf(sqlite, statement)] as const);
  expect(plans.filter(([statement, steps]) => steps.some((step) => isSlow(step, statement)))).toEqual([]);
  const drawn = plans.map(
    ([statement, steps]) => `${shortened(statement)}\n${steps.map((step) => `  ${step}\n`).join('')}`,
  );
  await expect([...new Set(drawn)].sort().join('\n')).toMatchFileSnapshot('plans.txt');
});

/** A statement without the columns that it reads or sets. */
function shortened(statement: string): string {
  return statement
    .replace(/^select .*? from "/, 'select … from "')
    .replace(/substr\("jobs"."id", 1, 8\) .* 60000\)/, '(its id has another time)')
    .replace(/\(\? = '' OR .*? > 0\)\)\)/, '(it contains ?)')
    .replace(/offset \d+$/, 'offset …')
    .replace(/ set .*? where /, ' set … where ')
    .replace(/ \(.*$/, (rest) => (statement.startsWith('insert') ? ' …' : rest))
    .replace(/ returning .*$/, ' returning …')
    .replace(/"(jobs|accounts|api_keys|job_events|ledger_entries|settings|webhook_\w+)"\."(\w+)"/g, '$2');
}
