import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { CertificateFiles } from './private-ca.ts';
import { freePort } from './redis.ts';

const debian = '/usr/lib/postgresql';

const newest = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a))[0] : undefined;

const bin = newest === undefined ? null : join(debian, newest, 'bin');

/**
 * Whether tests on a real PostgreSQL can run here. With CI set they always run, so that a missing server is a failure; elsewhere they are
 * skipped. Install Debian's package postgresql to run them.
 */
export const hasPostgres = bin !== null || process.env['CI'] === 'true';

/** The path of one of PostgreSQL's programs, such as pg_dump. */
export function postgresProgram(name: string): string {
  if (bin === null) throw new Error('There is no PostgreSQL: install the Debian package postgresql.');
  return join(bin, name);
}

/** A PostgreSQL server for one test, without data. */
export type PostgresServer = {
  readonly port: number;
  /** The folder of its Unix socket. */
  readonly socketFolder: string;
  /** Creates a database and returns its URL. */
  readonly newDatabase: () => Promise<string>;
  /** Kills the server at once, without notice to its clients. */
  readonly kill: () => Promise<void>;
  /** Restarts it after a kill, on the same port with the same data. */
  readonly start: () => Promise<void>;
  /** Stops the server and removes its data. */
  readonly stop: () => Promise<void>;
};

/**
 * Starts a server on a free port of 127.0.0.1. PostgreSQL refuses to run as root, so there it runs as the user postgres. With `fsync` off
 * it is fast, but a power cut would lose data. With a certificate it lets nobody in over TCP without TLS. `trusted`: one more network that
 * may connect. `fill` brings data, as that user, instead of an empty server.
 */
export async function startPostgres({
  fsync = 'off',
  listen = '127.0.0.1',
  certificate = null,
  trusted = null,
  fill = null,
}: {
  readonly fsync?: 'on' | 'off';
  readonly listen?: string;
  readonly certificate?: CertificateFiles | null;
  readonly trusted?: string | null;
  readonly fill?: ((data: string, user: ReturnType<typeof userOf> | null) => void) | null;
} = {}): Promise<PostgresServer> {
  if (bin === null) throw new Error('There is no PostgreSQL server: install the Debian package postgresql.');
  const folder = mkdtempSync(join(tmpdir(), 'reelgate-postgres-'));
  const user = process.getuid?.() === 0 ? userOf('postgres') : null;
  if (user !== null) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const setup = ['-D', data, '-U', 'reelgate', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--locale=C.UTF-8'];
  if (fill !== null) fill(data, user);
  else execFileSync(join(bin, 'initdb'), setup, { ...user, cwd: folder, stdio: 'pipe' });
  const port = await freePort();
  const url = (database: string) => `postgres://reelgate@127.0.0.1:${port}/${database}`;
  const socketUrl = `postgres://reelgate@/postgres?host=${folder}&port=${port}`;
  let server: ChildProcess | null = null;
  let made = 0;

  const start = async (): Promise<void> => {
    const settings = [
      `listen_addresses=${listen}`,
      `port=${port}`,
      `unix_socket_directories=${folder}`,
      `fsync=${fsync}`,
      'max_connections=200',
      `ssl=${certificate === null ? 'off' : 'on'}`,
    ];
    server = spawn(join(bin, 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
      ...user,
      cwd: folder,
      stdio: 'ignore',
    });
    await waitUntilReady(socketUrl, server);
  };
  const end = async (signal: 'SIGINT' | 'SIGQUIT'): Promise<void> => {
    if (server === null || server.exitCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
    server = null;
  };

  if (certificate !== null) requireTls(data, certificate, user);
  if (trusted !== null) appendFileSync(join(data, 'pg_hba.conf'), `host all all ${trusted} trust\n`);
  await start();
  return {
    port,
    socketFolder: folder,
    start,
    // SIGQUIT is PostgreSQL's immediate shutdown: as after a crash, the next start recovers.
    kill: () => end('SIGQUIT'),
    async stop() {
      await end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
    async newDatabase() {
      made += 1;
      const name = `test_${made}`;
      await query(socketUrl, `CREATE DATABASE ${name}`);
      return url(name);
    },
  };
}

/** Runs a statement on its own connection. */
export async function query(url: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>(statement);
    return rows;
  } finally {
    await client.end();
  }
}

/** Waits until a starting server accepts connections. */
async function waitUntilReady(url: string, server: ChildProcess): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended with code ${server.exitCode}`);
    try {
      await query(url, 'SELECT 1');
      return;
    } catch (error) {
      if (tries >= 600) throw error;
      await sleep(50);
    }
  }
}

/** Gives the server a certificate, and lets clients in over TLS or its Unix socket only. */
function requireTls(data: string, files: CertificateFiles, user: ReturnType<typeof userOf> | null): void {
  for (const [from, name] of [
    [files.certFile, 'server.crt'],
    [files.keyFile, 'server.key'],
  ] as const) {
    const to = join(data, name);
    copyFileSync(from, to);
    chmodSync(to, 0o600);
    if (user !== null) chownSync(to, user.uid, user.gid);
  }
  writeFileSync(join(data, 'pg_hba.conf'), 'local all all trust\nhostssl all all all trust\n');
}

/** A user of this machine. */
export function userOf(name: string): { readonly uid: number; readonly gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
