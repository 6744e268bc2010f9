import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openStore, type StoreOptions } from '../../../src/adapter/store/open.ts';
import { checkPostgres } from '../../../src/adapter/store/postgres/check.ts';
import { migrationLock } from '../../../src/adapter/store/postgres/engine/node-lock.ts';
import { applyPending } from '../../../src/adapter/store/postgres/open.ts';
import { StoreOpenError } from '../../../src/adapter/store/shared/open-error.ts';
import { admit, live, lives, newId } from '../../store/contract/world.ts';
import { newFolder } from '../../store/sqlite-world.ts';
import { makeFolder, runGateway } from '../../world/gateway.ts';
import { hasPostgres, type PostgresServer, postgresProgram, query, startPostgres } from '../world/postgres.ts';

describe.runIf(hasPostgres)('restoring a PostgreSQL database (needs the Debian package postgresql)', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  async function open(url: string, options: Partial<StoreOptions> = {}) {
    const notes: string[] = [];
    const warn = (sentence: string) => void notes.push(sentence);
    const store = await openStore(url, { newId, exclusive: true, warn, ...options });
    onTestFinished(() => store.close());
    return { store, notes };
  }

  const run = (name: string, ...args: string[]) => execFileSync(postgresProgram(name), args, { stdio: 'pipe' });

  /** A database with a waiting and an accepted job, and a dump of it. */
  async function dumped() {
    const url = await server.newDatabase();
    const { store } = await open(url);
    const { job: pending } = await admit(store);
    const { job } = await admit(store);
    const queued = await live(store, job, lives.queued);
    const dump = join(newFolder(), 'dump');
    run('pg_dump', '--format=custom', '--no-owner', `--file=${dump}`, url);
    return { url, store, dump, pending, queued };
  }

  const load = (dump: string, url: string, ...more: string[]) =>
    run('pg_restore', '--no-owner', '--exit-on-error', '--single-transaction', ...more, `--dbname=${url}`, dump);

  test('a dump that was loaded into a new database is recognized by one of the nodes that start, once', async () => {
    const { dump, pending, queued } = await dumped();
    const to = await server.newDatabase();
    load(dump, to);
    await checkPostgres(to);
    const nodes = await Promise.all([1, 2, 3].map(() => open(to, { shared: true })));
    const notes = nodes.flatMap((node) => node.notes);
    expect(notes).toEqual([expect.stringMatching(/a new incarnation begins.* One job that was waiting/)]);
    const incarnations = await Promise.all(nodes.map(({ store }) => store.incarnation()));
    expect(new Set(incarnations).size).toBe(1);
    expect(incarnations[0]).toMatch(/^[0-9a-f]{16}$/);
    const [first] = nodes;
    expect(await first?.store.findJob(queued.id)).toEqual(queued);
    expect(await first?.store.findJob(pending.id)).toMatchObject({ failure: { code: 'SUBMISSION_UNCONFIRMED' } });
    for (const { store } of nodes) await store.close();
    expect((await open(to)).notes).toEqual([]);
  });

  test('so is one that replaced the tables of the same database', async () => {
    const { url, store, dump } = await dumped();
    await store.close();
    load(dump, url, '--clean');
    const { store: restored, notes } = await open(url);
    expect(notes).toHaveLength(1);
    expect(await restored.incarnation()).not.toBeNull();
  });

  test('a database that was restored as files is told so, and then begins anew; a complete one goes on', async () => {
    const { url, store } = await dumped();
    await store.close();
    const { path, remove } = await makeFolder();
    onTestFinished(remove);
    const restore = (...more: string[]) =>
      runGateway(path, { DATABASE_URL: url, MEDIA_STORE: 'none' }, ['restore', '--in-place', ...more]);
    expect(await restore('--complete')).toMatchObject({
      code: 0,
      output: expect.stringContaining('counts as complete'),
    });
    const { store: complete } = await open(url);
    expect(await complete.incarnation()).toBeNull();
    await complete.close();
    expect(await restore()).toMatchObject({ code: 0, output: expect.stringContaining('a new incarnation begins') });
    await query(url, 'ALTER TABLE accounts DISABLE TRIGGER USER; UPDATE accounts SET held = held + 1');
    expect(await restore()).toMatchObject({
      code: 1,
      output: 'The ledger of 1 accounts does not add up; nothing was changed.\n',
    });
  }, 240_000);

  test('the commands for SQLite say how PostgreSQL does it', async () => {
    const { path, remove } = await makeFolder();
    onTestFinished(remove);
    const variables = { DATABASE_URL: 'postgres://ana:hidden@db.example/reelgate', MEDIA_STORE: 'none' };
    for (const [command, program] of [
      ['backup', 'pg_dump'],
      ['restore', 'pg_restore'],
    ] as const) {
      const { code, output } = await runGateway(path, variables, [command, 'file']);
      expect([code, output.includes(`  ${program} --`), output.includes('hidden')]).toEqual([1, true, false]);
    }
  }, 240_000);

  test('a wait for a migration or for a node is reported within 2 s, and ends when the lock is free', async () => {
    const url = await server.newDatabase();
    const other = new Client(url);
    await other.connect();
    onTestFinished(() => other.end());
    await other.query(`SELECT pg_advisory_lock${migrationLock}`);
    const begin = performance.now();
    const reports: (readonly [number, string])[] = [];
    await applyPending(url, (sentence) => {
      reports.push([performance.now() - begin, sentence]);
      other.query(`SELECT pg_advisory_unlock${migrationLock}`).catch(() => undefined);
    });
    expect(reports).toEqual([
      [expect.any(Number), expect.stringMatching(/^Waiting for another Reelgate process that upgrades the database/)],
    ]);

    const { store: first } = await open(url);
    const { notes, store: second } = await openNext(url, () => first.close());
    expect(notes).toEqual([
      expect.stringMatching(/^Waiting for another Reelgate node to stop, for 2 s so far and 30 s/),
    ]);
    const refusal = await openStore(url, { newId, exclusive: true, waitMs: 1000 }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StoreOpenError);
    expect(String(refusal)).toMatch(/Another Reelgate node serves this database.* It did not stop within 1 s\.$/);
    await second.ping();
  });

  async function openNext(url: string, stop: () => Promise<void>) {
    const notes: string[] = [];
    const warn = (sentence: string) => {
      notes.push(sentence);
      stop().catch(() => undefined);
    };
    const store = await openStore(url, { newId, exclusive: true, waitMs: 30_000, warn });
    onTestFinished(() => store.close());
    return { notes, store };
  }
});
