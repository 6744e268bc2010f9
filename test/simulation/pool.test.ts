import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../world/gateway.ts';

test('a simulator that fails leaves no worker processes behind, even if they play an endless history', async () => {
  const folder = await makeFolder();
  const [bundle, failing, pidFile] = ['endless.mjs', 'failing.mjs', 'pid'].map((name) => join(folder.path, name));
  await writeFile(
    bundle ?? '',
    `import { writeFileSync } from 'node:fs';
    process.on('message', () => {
      writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
      process.send({ seed: 1, violations: [], totals: null, crashPoints: [] }, () => { for (;;); });
    });`,
  );
  await writeFile(
    failing ?? '',
    `import { playSeeds } from ${JSON.stringify(join(import.meta.dirname, 'pool.ts'))};
    await playSeeds(${JSON.stringify(bundle)}, { seeds: [1, 2], processes: 1 }, () => { throw new Error('broken'); });`,
  );
  const simulator = spawn(process.execPath, ['--import', 'tsx', failing ?? ''], { stdio: 'ignore' });
  const [code] = await once(simulator, 'exit');
  expect(code).toBe(1);
  const pid = Number(await readFile(pidFile ?? '', 'utf8'));
  try {
    await expect.poll(() => isAlive(pid), { timeout: 4000 }).toBe(false);
  } finally {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    await folder.remove();
  }
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
