import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { advance, dueEventOf } from '../../../src/domain/life.ts';
import type { Decide } from '../../../src/ports.ts';
import { admissionOf, ana, circumstances, start } from '../../store/contract/world.ts';
import { hasPostgres, type PostgresServer, startPostgres } from '../world/postgres.ts';
import { openMigrated } from './postgres-world.ts';

const decide: Decide = (job, now) => advance(job, dueEventOf(job, now), circumstances(now));

describe.runIf(hasPostgres)('rows that another connection has locked (needs the Debian package postgresql)', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  test('leave a claim the other due jobs of the same account', async () => {
    const url = await server.newDatabase();
    const { store } = await openMigrated(url);
    const { id: accountId } = await store.arrive(ana, 1000, start);
    const ids: string[] = [];
    for (let i = 0; i < 6; i += 1) {
      const admitted = await store.admit(admissionOf({ priceCredits: 1, limits: { perMinute: 100, inFlight: 100 } }));
      if (admitted.kind !== 'admitted') throw new Error(admitted.message);
      ids.push(admitted.job.id);
    }
    const locker = new Client({ connectionString: url });
    await locker.connect();
    onTestFinished(() => locker.end());
    await locker.query('BEGIN');
    const oldest = 'SELECT id FROM jobs WHERE account_id = $1 ORDER BY id LIMIT 4 FOR UPDATE';
    const locked = await locker.query<{ id: string }>(oldest, [accountId]);
    expect(locked.rows.map(({ id }) => id)).toEqual(ids.slice(0, 4));

    const order = { environment: 'TEST', submits: 4, polls: 0, endings: 0 } as const;
    const claim = async () => (await store.claimDue(order, start, decide)).map(({ to }) => to.id).toSorted();
    expect(await claim()).toEqual(ids.slice(4));
    await locker.query('ROLLBACK');
    expect(await claim()).toEqual(ids.slice(0, 4));
  });
});
