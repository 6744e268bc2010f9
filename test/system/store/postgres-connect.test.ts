import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../../src/adapter/store/open.ts';
import { openConnections } from '../../../src/adapter/store/postgres/engine/connections.ts';
import { nodeLimits, openSession } from '../../../src/adapter/store/postgres/engine/session.ts';
import { StoreOpenError } from '../../../src/adapter/store/shared/open-error.ts';
import { readConfig } from '../../../src/config/config.ts';
import { admit, newId } from '../../store/contract/world.ts';
import { makeFolder } from '../../world/gateway.ts';
import { hasPgbouncer, openPgbouncer } from '../world/pgbouncer.ts';
import { hasPostgres, type PostgresServer, query, startPostgres } from '../world/postgres.ts';
import { makePrivateCa } from '../world/private-ca.ts';

/** Opens a store as a start does, from the setting on; 'open', or the sentence with which it is refused. */
async function outcomeOf(setting: string): Promise<string> {
  try {
    const { databaseUrl } = readConfig({ DATABASE_URL: setting });
    const store = await openStore(databaseUrl, { newId, exclusive: true });
    onTestFinished(() => store.close());
    const { job } = await admit(store);
    expect(await store.findJob(job.id)).toEqual(job);
    await store.close();
    return 'open';
  } catch (error) {
    if (!(error instanceof StoreOpenError)) throw error;
    return error.message;
  }
}

describe.runIf(hasPostgres)('a PostgreSQL that wants TLS (needs the Debian package postgresql)', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let server: PostgresServer;
  let caFile: string;
  beforeAll(async () => {
    folder = await makeFolder();
    const ca = makePrivateCa(folder.path);
    caFile = ca.file;
    server = await startPostgres({ certificate: ca.issue('postgres', '127.0.0.1') });
  });
  afterAll(async () => {
    await server.stop();
    await folder.remove();
  });

  test('is opened with each sslmode that fits its certificate', async () => {
    const url = await server.newDatabase();
    for (const mode of [
      'no-verify',
      `verify-full&sslrootcert=${caFile}`,
      `require&sslrootcert=${caFile}`,
      `verify-ca&sslrootcert=${caFile}`,
    ])
      expect([mode, await outcomeOf(`${url}?sslmode=${mode}`)]).toEqual([mode, 'open']);
    expect(await outcomeOf(`${url}?sslrootcert=${caFile}`)).toBe('open');
    const store = openConnections(`${url}?sslmode=require&sslrootcert=${caFile}`);
    onTestFinished(() => store.close());
    const { rows } = await store.lend(
      (db) => db.execute(sql`SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`) as Promise<{ rows: unknown[] }>,
    );
    expect(rows).toEqual([{ ssl: true }]);
  });

  test('is refused with a sentence that says what to change', async () => {
    const url = await server.newDatabase();
    expect(await outcomeOf(url)).toContain('add ?sslmode=require to DATABASE_URL');
    for (const mode of ['require', 'verify-full', 'verify-full&sslrootcert=system'])
      expect(await outcomeOf(`${url}?sslmode=${mode}`)).toContain('?sslmode=verify-full&sslrootcert=FILE');
    const elsewhere = url.replace('127.0.0.1', 'localhost');
    expect(await outcomeOf(`${elsewhere}?sslmode=require&sslrootcert=${caFile}`)).toContain('is for another host');
    expect(await outcomeOf(`${url}?sslmode=require&sslrootcert=/no/such.pem`)).toMatch(
      /A file that DATABASE_URL names cannot be read .*such\.pem/,
    );
    expect(() => readConfig({ DATABASE_URL: `${url}?sslmode=verify_full` })).toThrow(
      'DATABASE_URL must have an sslmode of disable, require, verify-full or no-verify, or none.',
    );
  });
});

describe.runIf(hasPostgres)('a PostgreSQL without TLS (needs the Debian package postgresql)', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ listen: '127.0.0.1,::1' });
  });
  afterAll(() => server.stop());

  test('says so where TLS is asked for', async () => {
    const url = await server.newDatabase();
    expect(await outcomeOf(`${url}?sslmode=require`)).toContain('offers no TLS');
    expect(await outcomeOf(`${url}?sslmode=disable`)).toBe('open');
  });

  test('is reached over IPv6 and over a Unix socket', async () => {
    const url = await server.newDatabase();
    const database = new URL(url).pathname.slice(1);
    const { socketFolder, port } = server;
    for (const each of [
      url.replace('127.0.0.1', '[::1]'),
      `postgres://reelgate@/${database}?host=${socketFolder}&port=${port}`,
      `postgres://reelgate@${encodeURIComponent(socketFolder)}:${port}/${database}`,
      `postgres://reelgate@localhost:${port}/${database}?host=${socketFolder}`,
    ])
      expect([each, await outcomeOf(each)]).toEqual([each, 'open']);
    expect(await outcomeOf(`postgres://reelgate@/${database}?host=/no/folder`)).toMatch(
      /no PostgreSQL that this user can reach at the socket of \/no\/folder/,
    );
  });

  test('looks for signs of life of every session within seconds', async () => {
    const url = await server.newDatabase();
    const connections = openConnections(url);
    onTestFinished(() => connections.close());
    const names = [
      'tcp_keepalives_idle',
      'tcp_keepalives_interval',
      'tcp_keepalives_count',
      'tcp_user_timeout',
      'client_connection_check_interval',
      'statement_timeout',
      'idle_in_transaction_session_timeout',
    ];
    const statement = `SELECT ${names.map((name) => `current_setting('${name}') AS ${name}`).join(', ')}`;
    const pooled = await connections.lend((db) => db.execute(sql.raw(statement)) as Promise<{ rows: unknown[] }>);
    // As the session that holds a node's lock is opened.
    const session = await openSession(url, nodeLimits);
    onTestFinished(() => session.end());
    const expected = ['5', '2', '3', '10000', '2s', '10s', '10s'];
    for (const { rows } of [pooled, await session.query(statement)])
      expect(Object.values(rows[0] ?? {})).toEqual(expected);
  });
});

describe.runIf(hasPostgres && hasPgbouncer)('PgBouncer (needs the Debian packages postgresql and pgbouncer)', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  const nameOf = async () => new URL(await server.newDatabase()).pathname.slice(1);

  test('works in session mode, and a node that ends leaves no lock behind', async () => {
    const url = await openPgbouncer(server, await nameOf(), { pool_mode: 'session', default_pool_size: '40' });
    for (let start = 0; start < 3; start += 1) expect(await outcomeOf(url)).toBe('open');
    const first = await openStore(url, { newId, exclusive: true });
    onTestFinished(() => first.close());
    expect(await outcomeOf(url)).toContain('Another Reelgate node serves this database');
    await first.close();
    const held = "SELECT count(*)::int AS locks FROM pg_locks WHERE locktype = 'advisory'";
    await expect.poll(() => query(url, held)).toEqual([{ locks: 0 }]);
  });

  test.each([
    { pool_mode: 'transaction' },
    { pool_mode: 'transaction', default_pool_size: '1' },
    { pool_mode: 'transaction', server_round_robin: '1', min_pool_size: '2' },
    { pool_mode: 'transaction', server_round_robin: '1', min_pool_size: '3' },
    { pool_mode: 'transaction', ignore_startup_parameters: 'statement_timeout' },
    { pool_mode: 'statement' },
  ])('is refused with a sentence when it shares sessions: %o', async (settings) => {
    const url = await openPgbouncer(server, await nameOf(), settings);
    for (const exclusive of [true, false]) {
      const opening = openStore(url, { newId, exclusive });
      await expect(opening).rejects.toThrow(/set pool_mode = session for this database/);
    }
    expect(await query(url, "SELECT count(*)::int AS tables FROM pg_class WHERE relname = 'jobs'")).toEqual([
      { tables: 0 },
    ]);
  });
});
