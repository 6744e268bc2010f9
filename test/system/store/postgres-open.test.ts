import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openStore, type StoreOptions } from '../../../src/adapter/store/open.ts';
import { openErrorOf } from '../../../src/adapter/store/postgres/engine/open-fault.ts';
import { StoreOpenError } from '../../../src/adapter/store/shared/open-error.ts';
import { projectRoot } from '../../../src/lib/package.ts';
import type { Store } from '../../../src/ports.ts';
import { admit, newId } from '../../store/contract/world.ts';
import { hasPostgres, type PostgresServer, query, startPostgres } from '../world/postgres.ts';

const alone = { newId, exclusive: true };

const among = { ...alone, shared: true };

const beside = { newId, exclusive: false, mustExist: true };

async function open(url: string, options: StoreOptions): Promise<Store> {
  const store = await openStore(url, options);
  onTestFinished(() => store.close());
  return store;
}

async function refusal(url: string, options: StoreOptions = alone): Promise<string> {
  const error: unknown = await open(url, options).catch((thrown: unknown) => thrown);
  if (!(error instanceof StoreOpenError)) throw new Error(`Not refused with a sentence: ${String(error)}`);
  return error.message;
}

describe.runIf(hasPostgres)('opening a PostgreSQL store (needs the Debian package postgresql)', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  test('creates the tables in an empty database, and finds everything again the next time', async () => {
    const url = await server.newDatabase();
    const before = await open(url, alone);
    const { job } = await admit(before);
    const secret = await before.secret();
    await before.close();
    await before.close();
    const after = await open(url, alone);
    expect(await after.findJob(job.id)).toEqual(job);
    expect(Buffer.from(await after.secret()).equals(secret)).toBe(true);
  });

  test('ten nodes may start at once on an empty database', async () => {
    const url = await server.newDatabase();
    const journal = JSON.parse(await readFile(join(projectRoot(), 'migrations/postgres/meta/_journal.json'), 'utf8'));
    const nodes = await Promise.all(Array.from({ length: 10 }, () => open(url, among)));
    const secrets = await Promise.all(nodes.map(async (node) => Buffer.from(await node.secret()).toString('hex')));
    expect(new Set(secrets).size).toBe(1);
    expect(await query(url, 'SELECT count(*)::int AS applied FROM drizzle.__drizzle_migrations')).toEqual([
      { applied: journal.entries.length },
    ]);
  });

  test('a node without Redis serves alone, and a second is refused with a sentence', async () => {
    const url = await server.newDatabase();
    const first = await open(url, alone);
    expect(await refusal(url, alone)).toContain('to run several nodes, set the same REDIS_URL on each');
    expect(await refusal(url, among)).toContain('started without REDIS_URL serves this database alone');
    await first.close();
    const second = await open(url, among);
    expect(await refusal(url, alone)).toContain('to run several nodes, set the same REDIS_URL on each');
    await open(url, among);
    await second.ping();
  });

  const ofHolders = "FROM pg_stat_activity WHERE application_name = 'reelgate lock' AND datname = current_database()";
  const holders = (url: string) => query(url, `SELECT pid ${ofHolders}`);
  /** Ends the connections that hold the right to serve; the node notices a moment later. */
  const cut = (url: string) => query(url, `SELECT pg_terminate_backend(pid, 5000) ${ofHolders}`);

  test('a node that lost its right to serve takes it again, or is not ready if another node was quicker', async () => {
    const url = await server.newDatabase();
    const first = await open(url, alone);
    await cut(url);
    await expect.poll(() => first.ping().then(() => holders(url))).toHaveLength(1);
    expect(await refusal(url, alone)).toContain('REDIS_URL');
    await cut(url);
    await open(url, alone);
    await expect
      .poll(() =>
        first.ping().then(
          () => 'ready',
          (error: Error) => error.message,
        ),
      )
      .toContain('to run several nodes, set the same REDIS_URL on each');
  });

  test('a node with two concurrent calls while it takes its right again does not block itself', async () => {
    const url = await server.newDatabase();
    const first = await open(url, alone);
    for (let round = 0; round < 5; round += 1) {
      await cut(url);
      const askedAtOnce = async () => {
        await Promise.all([first.ping(), first.time(), first.ping()]);
        return holders(url);
      };
      await expect.poll(askedAtOnce).toHaveLength(1);
    }
  });

  test('commands beside the nodes change no tables, and find the data', async () => {
    const url = await server.newDatabase();
    expect(await refusal(url, beside)).toContain('The database is empty');
    const node = await open(url, alone);
    const { job } = await admit(node);
    const command = await open(url, beside);
    expect(await command.findJob(job.id)).toEqual(job);
    await query(
      url,
      'DELETE FROM drizzle.__drizzle_migrations WHERE id = (SELECT max(id) FROM drizzle.__drizzle_migrations)',
    );
    expect(await refusal(url, beside)).toContain('of an older version');
  });

  test('a database that a newer version has written is refused, and one of another program', async () => {
    const url = await server.newDatabase();
    await (await open(url, alone)).close();
    await query(
      url,
      "INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('of-the-future', 9000000000000)",
    );
    expect(await refusal(url)).toContain('newer or another version');
    expect(await refusal(url, beside)).toContain('newer or another version');
    const others = await server.newDatabase();
    await query(others, 'CREATE TABLE accounts (name text)');
    expect(await refusal(others)).toContain('belongs to another program');
    expect(await query(others, "SELECT nspname FROM pg_namespace WHERE nspname = 'drizzle'")).toEqual([]);
  });

  test('a failed start reports the reason without the password', async () => {
    const url = new URL(await server.newDatabase());
    const as = (patch: Partial<Pick<URL, 'username' | 'password' | 'pathname' | 'port'>>) =>
      Object.assign(new URL(url), { password: 'hidden', ...patch }).href;
    expect(await refusal(as({ pathname: '/none' }))).toContain('has no such database');
    expect(await refusal(as({ username: 'nobody' }))).toContain(
      'does not let the user of DATABASE_URL in (role "nobody"',
    );
    expect(await refusal(as({ port: '1' }))).toContain('There is no PostgreSQL at 127.0.0.1:1');
    expect(await refusal('postgres://user:hidden@no.such.host.invalid/x')).not.toContain('hidden');
  });
});

test('a server without a rule for the user gets another sentence than a wrong password', () => {
  const message = 'no pg_hba.conf entry for host "10.0.0.1", user "r", database "d", no encryption';
  const sentence = (code: string) =>
    openErrorOf(Object.assign(new Error(message), { code }), 'postgres://r:hidden@h/d');
  expect(sentence('28000')).toMatchObject({
    message:
      `PostgreSQL at h/d has no rule in its pg_hba.conf that lets this user in (${message}). ` +
      'If it says "no encryption", add ?sslmode=require to DATABASE_URL.',
  });
  expect(sentence('28P01')).toMatchObject({
    message: 'PostgreSQL at h/d refuses the user or the password of DATABASE_URL.',
  });
});
