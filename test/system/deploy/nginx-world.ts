import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { projectRoot } from '../../../src/lib/package.ts';
import { makeFolder } from '../../world/gateway.ts';

const executablePath = ['/usr/sbin/nginx', '/usr/bin/nginx'].find(existsSync) ?? null;

/**
 * Whether tests behind a real nginx can run here. With CI set they always run, so that a missing nginx is a failure; elsewhere they are
 * skipped. Install Debian's package nginx to run them.
 */
export const hasNginx = executablePath !== null || process.env['CI'] === 'true';

/** Replacements for what works only in Docker, one line each; all other lines run as shipped. */
const dockers = {
  server: /^ +server gateway:4000 resolve (max_fails=.*);$/gm,
  listen: /^ +listen 8080;$/m,
} as const;

/**
 * Starts nginx with the project's nginx.conf in front of servers on these local ports. Fulfils with its URL once it responds; stops it with
 * the test.
 */
export function openNginx(port: number, servers: readonly number[]): Promise<string> {
  return runNginx(`http://127.0.0.1:${port}`, (folder) => configurationFor(folder, port, servers));
}

/**
 * Starts nginx with a configuration, which receives a folder for nginx's files. Fulfils with `url` once there is a gateway behind it; stops
 * it with the test.
 */
export async function runNginx(url: string, configuration: (folder: string) => string): Promise<string> {
  if (executablePath === null) throw new Error('There is no nginx: install the Debian package nginx.');
  const folder = await makeFolder();
  onTestFinished(() => folder.remove());
  // If the tests run as root, nginx's workers run as another user.
  await chmod(folder.path, 0o777);
  const file = join(folder.path, 'nginx.conf');
  await writeFile(file, configuration(folder.path));

  const options = ['-p', folder.path, '-c', file, '-e', 'stderr'];
  const { stderr } = spawnSync(executablePath, ['-t', ...options], { encoding: 'utf8' });
  expect(stderr).toContain('test is successful');
  const child = spawn(executablePath, [...options, '-g', 'daemon off;'], { stdio: ['ignore', 'inherit', 'inherit'] });
  onTestFinished(async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  await vi.waitFor(() => fetch(`${url}/healthz`), { timeout: 60_000 });
  return url;
}

/** The shipped text, with the few lines changed that only Docker could run. */
function configurationFor(folder: string, port: number, servers: readonly number[]): string {
  const shipped = readFileSync(join(projectRoot(), 'nginx.conf'), 'utf8');
  for (const line of Object.values(dockers)) expect(shipped).toMatch(line);
  return shipped
    .replace(dockers.server, (_line, options: string) =>
      servers.map((each) => `server 127.0.0.1:${each} ${options};`).join('\n'),
    )
    .replace(dockers.listen, `listen 127.0.0.1:${port};`)
    .replaceAll('/tmp/', `${folder}/`);
}
