import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { makeFolder } from '../../world/gateway.ts';
import { type PostgresServer, query, userOf } from './postgres.ts';
import { freePort } from './redis.ts';

const executablePath = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'].find(existsSync) ?? null;

/** Whether tests with a real PgBouncer can run here: install Debian's package pgbouncer. With CI set they always run. */
export const hasPgbouncer = executablePath !== null || process.env['CI'] === 'true';

/** Starts PgBouncer in front of a server, and stops it with the test. Returns the URL of a database through it. */
export async function openPgbouncer(
  server: PostgresServer,
  database: string,
  settings: Readonly<Record<string, string>>,
): Promise<string> {
  if (executablePath === null) throw new Error('There is no pgbouncer: install the Debian package pgbouncer.');
  const folder = await makeFolder();
  onTestFinished(folder.remove);
  const port = await freePort();
  const file = join(folder.path, 'pgbouncer.ini');
  const users = join(folder.path, 'users.txt');
  writeFileSync(users, '"reelgate" ""\n');
  const all = { listen_addr: '127.0.0.1', listen_port: port, auth_type: 'trust', auth_file: users, ...settings };
  const lines = Object.entries({ ...all, unix_socket_dir: '' }).map(([name, value]) => `${name} = ${value}`);
  writeFileSync(file, `[databases]\n* = host=127.0.0.1 port=${server.port}\n[pgbouncer]\n${lines.join('\n')}\n`);
  // PgBouncer refuses to run as root.
  const user = process.getuid?.() === 0 ? userOf('postgres') : null;
  if (user !== null) for (const path of [folder.path, file, users]) chownSync(path, user.uid, user.gid);
  const child = spawn(executablePath, ['-q', file], { ...user, stdio: 'ignore' });
  onTestFinished(async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const url = `postgres://reelgate@127.0.0.1:${port}/${database}`;
  await expect.poll(() => query(url, 'SELECT 1').then(() => 'ready', String)).toBe('ready');
  return url;
}
