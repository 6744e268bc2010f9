import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from './redis.ts';

const debian = '/usr/lib/postgresql';

const newest = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a))[0] : undefined;

const bin = newest === undefined ? null : join(debian, newest, 'bin');

/**
 * Whether tests on a real PostgreSQL can run here. Where CI is set a missing server is a failure, so there they always run; elsewhere
 * they are skipped: install Debian's package postgresql to have them.
 */
export const hasPostgres = bin !== null || process.env['CI'] === 'true';

/** A PostgreSQL server of a test, with nothing in it. */
export type PostgresServer = {
  /** Makes a database and tells its URL. */
  readonly newDatabase: () => Promise<string>;
  /** Ends the server at once, without a word to its clients. */
  readonly kill: () => Promise<void>;
  /** Starts it again after a kill, on the same port with the same data. */
  readonly start: () => Promise<void>;
  /** Ends the server and removes its data. */
  readonly stop: () => Promise<void>;
};

/** Starts a server on a free port of 127.0.0.1, as the user postgres where the test runs as root: PostgreSQL refuses to. With `fsync` off it is quick, and a power cut would cost its data. */
export async function startPostgres({
  fsync = 'off',
}: {
  readonly fsync?: 'on' | 'off';
} = {}): Promise<PostgresServer> {
  if (bin === null) throw new Error('There is no PostgreSQL server: install the Debian package postgresql.');
  const folder = mkdtempSync(join(tmpdir(), 'reelgate-postgres-'));
  const user = process.getuid?.() === 0 ? userOf('postgres') : null;
  if (user !== null) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const setup = ['-D', data, '-U', 'reelgate', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--locale=C.UTF-8'];
  execFileSync(join(bin, 'initdb'), setup, { ...user, cwd: folder, stdio: 'pipe' });
  const port = await freePort();
  const url = (database: string) => `postgres://reelgate@127.0.0.1:${port}/${database}`;
  let server: ChildProcess | null = null;
  let made = 0;

  const start = async (): Promise<void> => {
    const settings = [
      'listen_addresses=127.0.0.1',
      `port=${port}`,
      `unix_socket_directories=${folder}`,
      `fsync=${fsync}`,
      'max_connections=200',
    ];
    server = spawn(join(bin, 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
      ...user,
      cwd: folder,
      stdio: 'ignore',
    });
    await answers(url('postgres'), server);
  };
  const end = async (signal: 'SIGINT' | 'SIGQUIT'): Promise<void> => {
    if (server === null || server.exitCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
    server = null;
  };

  await start();
  return {
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
      await query(url('postgres'), `CREATE DATABASE ${name}`);
      return url(name);
    },
  };
}

/** Runs a statement on a connection of its own. */
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

/** Waits until a server that has been started takes connections. */
async function answers(url: string, server: ChildProcess): Promise<void> {
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

function userOf(name: string): { readonly uid: number; readonly gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
