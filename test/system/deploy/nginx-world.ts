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
 * Whether tests behind a real nginx can run here. Where CI is set a missing one is a failure, so there they always run; elsewhere they
 * are skipped: install Debian's package nginx to have them.
 */
export const hasNginx = executablePath !== null || process.env['CI'] === 'true';

/** What only Docker has stands in one line each; all other lines run as they are shipped. */
const dockers = {
  server: /^ +server gateway:4000 resolve (max_fails=.*);$/m,
  listen: /^ +listen 8080;$/m,
} as const;

/** Starts nginx with the nginx.conf of the project in front of servers on these ports of this machine; fulfils with its URL once it answers. It ends with the test. */
export async function openNginx(port: number, servers: readonly number[]): Promise<string> {
  if (executablePath === null) throw new Error('There is no nginx: install the Debian package nginx.');
  const folder = await makeFolder();
  onTestFinished(() => folder.remove());
  // Its workers are another user where the tests' user is root.
  await chmod(folder.path, 0o777);
  const file = join(folder.path, 'nginx.conf');
  await writeFile(file, configurationFor(folder.path, port, servers));

  const options = ['-p', folder.path, '-c', file, '-e', 'stderr'];
  const { stderr } = spawnSync(executablePath, ['-t', ...options], { encoding: 'utf8' });
  expect(stderr).toContain('test is successful');
  const child = spawn(executablePath, [...options, '-g', 'daemon off;'], { stdio: ['ignore', 'inherit', 'inherit'] });
  onTestFinished(async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  const url = `http://127.0.0.1:${port}`;
  await vi.waitFor(() => fetch(`${url}/healthz`), { timeout: 60_000 });
  return url;
}

/** The shipped text, with the few places changed in which only Docker could run it. */
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
