import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openConnections } from '../../../src/adapter/store/postgres/engine/connections.ts';
import { applyPending } from '../../../src/adapter/store/postgres/open.ts';
import { createPostgresStore } from '../../../src/adapter/store/postgres/store.ts';
import type { BudgetKey } from '../../../src/domain/budget.ts';
import type { Job } from '../../../src/domain/job.ts';
import type { Store } from '../../../src/ports.ts';
import { admissionOf, ana, canceled, changeOf, newId, start } from '../../store/contract/world.ts';
import { hasPostgres, type PostgresServer, query, startPostgres } from '../world/postgres.ts';

const installation: BudgetKey = { environment: 'TEST', owner: null, period: 'MONTH' };

const limits = { perMinute: 100_000, inFlight: 100_000 };

const users = Array.from({ length: 20 }, (_, at) => ({ ...ana, owner: `user${at}` }));

describe.runIf(hasPostgres)('budgets of three nodes on one PostgreSQL (needs the Debian package postgresql)', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  async function openNodes(): Promise<{ url: string; nodeOf: (index: number) => Store }> {
    const url = await server.newDatabase();
    await applyPending(url);
    const nodes = await Promise.all(
      [1, 2, 3].map(() => createPostgresStore(openConnections(url), { newId, clock: 'given' })),
    );
    onTestFinished(async () => {
      await Promise.all(nodes.map((node) => node.close()));
      expect(await deadlocksOf(url)).toBe(0);
    });
    const nodeOf = (index: number): Store => {
      const node = nodes[index % 3];
      if (node === undefined) throw new Error('There are no nodes');
      return node;
    };
    for (const account of users) await nodeOf(0).arrive(account, 100_000, start);
    return { url, nodeOf };
  }

  /** How many deadlocks PostgreSQL has ended. A session adds its own as it ends, so all others must be gone first. */
  async function deadlocksOf(url: string): Promise<number> {
    const others =
      'SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
    await expect.poll(async () => (await query(url, others))[0]?.['count']).toBe(0);
    const [row] = await query(url, 'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()');
    return row?.['deadlocks'] as number;
  }

  const set = (store: Store, key: BudgetKey, limitCredits: number | null) =>
    store.setBudget({ key, limitCredits, fallbackCredits: null, at: start });

  const admissionAt = (at: number) => admissionOf({ account: users[at % users.length] ?? ana, limits });

  test('two hundred requests with room for one make one job', async () => {
    const { nodeOf } = await openNodes();
    await set(nodeOf(0), installation, 100);
    const asked = Array.from({ length: 200 }, (_, at) => nodeOf(at).admit(admissionAt(at)));
    const results = await Promise.all(asked);
    expect(results.filter(({ kind }) => kind === 'admitted')).toHaveLength(1);
    expect(results.filter((result) => result.kind === 'budgetExceeded' && result.isFirst)).toHaveLength(1);
    expect(await nodeOf(1).findBudgets('TEST', null, start)).toMatchObject([{ usedCredits: 67, reportedPercent: 100 }]);
  });

  test('a budget that is set while jobs are stored and canceled on all nodes counts each of them', async () => {
    const { url, nodeOf } = await openNodes();
    const jobs: Job[] = [];
    const request = async (at: number) => {
      const admitted = await nodeOf(at).admit(admissionAt(at));
      if (admitted.kind === 'admitted') jobs.push(admitted.job);
    };
    const cancel = async (at: number) => {
      const job = jobs.pop();
      if (job !== undefined) await nodeOf(at).commit(changeOf(job, canceled), start);
    };
    for (let round = 0; round < 12; round += 1) {
      const ofUser: BudgetKey = { ...installation, owner: users[round % 20]?.owner ?? '' };
      await Promise.all([
        ...Array.from({ length: 20 }, (_, at) => request(at + round)),
        set(nodeOf(round), round % 3 === 2 ? { ...installation, period: 'TOTAL' } : installation, 1_000_000),
        set(nodeOf(round + 1), ofUser, 1_000_000),
        ...Array.from({ length: 8 }, (_, at) => cancel(at)),
      ]);
    }
    const differing = `SELECT b.id, b.used_credits, (
        SELECT coalesce(sum(price_credits), 0) FROM jobs
        WHERE environment = b.environment AND owner = CASE b.owner WHEN '' THEN owner ELSE b.owner END
          AND created_at >= b.period_start AND state NOT IN ('FAILED', 'CANCELED')
      ) AS sum FROM budgets b`;
    const rows = await query(url, differing);
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) expect(row).toMatchObject({ used_credits: row['sum'] });
  });
});
