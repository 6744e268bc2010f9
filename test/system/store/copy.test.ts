import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { copyStore } from '../../../src/adapter/store/copy.ts';
import { openStore } from '../../../src/adapter/store/open.ts';
import { StoreOpenError } from '../../../src/adapter/store/shared/open-error.ts';
import { openSqliteStore } from '../../../src/adapter/store/sqlite/store.ts';
import { entryOf } from '../../store/contract/audit.ts';
import { audit } from '../../store/contract/invariants.ts';
import { all, bad, deliveriesOf, ended, endpoint, settle } from '../../store/contract/webhook-world.ts';
import { admit, ana, anyJob, first, newId, start } from '../../store/contract/world.ts';
import { filled } from '../../store/contract/wrong-state.ts';
import { newFolder } from '../../store/sqlite-world.ts';
import { runGateway } from '../../world/gateway.ts';
import { hasPostgres, type PostgresServer, query, startPostgres } from '../world/postgres.ts';

describe.runIf(hasPostgres)('reelgate copy (needs the Debian package postgresql)', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  const copy = (folder: string, to: string) => copyStore(`file:${folder}/reelgate.db`, to);
  const refusal = (folder: string, to: string) =>
    copy(folder, to).then(
      () => 'copied',
      (error: unknown) => (error instanceof StoreOpenError ? error.message : `Not a sentence: ${String(error)}`),
    );

  test('copies a stopped installation row for row, and it goes on where it was', async () => {
    const folder = newFolder();
    const source = openSqliteStore({ file: join(folder, 'reelgate.db'), newId, exclusive: true });
    await filled({ store: source, run: async () => undefined });
    const { job: earlier } = await admit(source);
    const hook = await endpoint(source);
    await ended(source, 'completed');
    const claimed = await source.claimWebhooks(all, start + 86_400_000);
    for (const pair of claimed) await settle(source, pair, bad);
    expect(claimed).toHaveLength(1);
    await source.addAuditEntry(entryOf());
    const key = { environment: 'TEST', owner: null, period: 'MONTH' } as const;
    await source.setBudget({ key, limitCredits: 5000, fallbackCredits: null, at: start });
    await source.orderErasure(ana, start);
    const account = await source.arrive(ana, 0, start);
    const before = {
      jobs: await source.listJobs(account.id, anyJob, first(100)),
      ledger: await source.listLedger(account.id, first(100)),
      feed: await source.readFeed(account.id, 0, 1000),
      keys: await source.listApiKeys('TEST', null, first(10)),
      endpoints: await source.listWebhookEndpoints('TEST', null, 10),
      deliveries: await deliveriesOf(source, hook),
      secret: Buffer.from(await source.secret()).toString('hex'),
    };
    const to = await server.newDatabase();
    expect(await refusal(folder, to)).toContain('Another Reelgate process serves the database');
    await source.close();

    expect([...(await copy(folder, to))]).toEqual([
      ['accounts', 2],
      ['jobs', 13],
      ['ledger_entries', 5],
      ['job_events', 40],
      ['api_keys', 1],
      ['settings', 1],
      ['webhook_endpoints', 1],
      ['webhook_deliveries', 1],
      ['webhook_attempts', 1],
      ['audit_entries', 1],
      ['budgets', 1],
      ['erasures', 1],
    ]);
    const store = await openStore(to, { newId, exclusive: true });
    expect({
      jobs: await store.listJobs(account.id, anyJob, first(100)),
      ledger: await store.listLedger(account.id, first(100)),
      feed: await store.readFeed(account.id, 0, 1000),
      keys: await store.listApiKeys('TEST', null, first(10)),
      endpoints: await store.listWebhookEndpoints('TEST', null, 10),
      deliveries: await deliveriesOf(store, hook),
      secret: Buffer.from(await store.secret()).toString('hex'),
    }).toEqual(before);
    await admit(store, { retryOf: null });
    await audit(store, account.id);
    await expect(query(to, `DELETE FROM job_events WHERE job_id = '${earlier.id}'`)).rejects.toThrow('job_events_kept');
    expect(await refusal(folder, to)).toContain('serves this database');
    await store.close();
    expect(await refusal(folder, to)).toContain('is not empty');
  });

  test('copies nothing if there is no source, or if its ledger does not balance', async () => {
    const folder = newFolder();
    const to = await server.newDatabase();
    expect(await refusal(folder, to)).toContain('There is no database');
    const source = openSqliteStore({ file: join(folder, 'reelgate.db'), newId, exclusive: true });
    await admit(source);
    await source.close();
    const sqlite = new Database(join(folder, 'reelgate.db'));
    sqlite.exec('UPDATE accounts SET held = held - 1');
    sqlite.close();
    expect(await refusal(folder, to)).toContain('does not add up');
    expect(await query(to, 'SELECT count(*)::int AS jobs FROM jobs')).toEqual([{ jobs: 0 }]);
  });

  test('takes the password of the target from PGPASSWORD, so that no command line shows it', async () => {
    const folder = newFolder();
    await openSqliteStore({ file: join(folder, 'reelgate.db'), newId, exclusive: true }).close();
    const to = await server.newDatabase();
    const [{ hba_file: rules } = {}] = await query(to, 'SHOW hba_file');
    await query(to, "CREATE ROLE mover LOGIN SUPERUSER PASSWORD 'opensesame'");
    const before = readFileSync(String(rules), 'utf8');
    writeFileSync(String(rules), `host all mover all scram-sha-256\n${before}`);
    await query(to, 'SELECT pg_reload_conf()');
    const url = to.replace('reelgate@', 'mover@');
    const run = (variables: Readonly<Record<string, string>>) =>
      runGateway(folder, variables, ['copy', '--from', `file:${folder}/reelgate.db`, '--to', url]);
    await vi.waitFor(async () => expect(query(url, 'SELECT 1')).rejects.toThrow('password'), { timeout: 60_000 });
    expect(await run({})).toMatchObject({ code: 1, output: expect.stringContaining('asks for a password') });
    const wrong = await run({ PGPASSWORD: 'closesesame' });
    expect(wrong).toMatchObject({ code: 1, output: expect.stringContaining('refuses the user or the password') });
    expect(wrong.output).not.toContain('closesesame');
    expect(await run({ PGPASSWORD: 'opensesame' })).toMatchObject({
      code: 0,
      output: expect.stringContaining('Copied'),
    });
  });
});
