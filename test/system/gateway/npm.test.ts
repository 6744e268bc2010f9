import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { projectRoot } from '../../../src/lib/package.ts';
import { makeFolder, runGateway, startGateway } from '../../world/gateway.ts';

vi.setConfig({ testTimeout: 120_000 });

/** True if a process runs; false if it has ended, even if its parent has not collected it yet. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', `${pid}`], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}

/** Starts a program that starts a gateway; fulfils once the gateway serves. */
async function startUnder(program: string, words: readonly string[]) {
  const folder = await makeFolder();
  onTestFinished(folder.remove);
  const { PATH = '', HOME = '' } = process.env;
  const databaseUrl = `file:${join(folder.path, 'reelgate.db')}`;
  const child = spawn(program, words, {
    cwd: projectRoot(),
    env: { PATH, HOME, PORT: '0', DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  await vi.waitFor(() => expect(output).toContain('Stop with Ctrl-C.'), { timeout: 90_000 });
  const gateway = descendantsOf(child.pid ?? 0).find(({ args }) =>
    /node\S* .*(src\/start\.js|bin\/reelgate)/.test(args),
  );
  if (gateway === undefined) throw new Error(`There is no gateway below ${program}`);
  onTestFinished(() => {
    for (const pid of [gateway.pid, child.pid ?? 0]) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  });
  return { child, gateway: gateway.pid, output: () => output, folder: folder.path };
}

type Listed = { readonly pid: number; readonly args: string };

function descendantsOf(parent: number): readonly Listed[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=,ppid=,args=', '-A'], { encoding: 'utf8' });
  const all = stdout.split('\n').map((line) => {
    const [, pid = '', ppid = '', args = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return { pid: Number(pid), ppid: Number(ppid), args };
  });
  const below = (ppid: number): Listed[] =>
    all.filter((each) => each.ppid === ppid).flatMap((each) => [...below(each.pid), each]);
  return below(parent);
}

test.runIf(process.platform !== 'win32').each([
  ['npm start', 'npm', ['start'], 'SIGTERM'],
  ['npm start', 'npm', ['start'], 'SIGINT'],
  ['npx reelgate', 'npx', ['--no', 'reelgate'], 'SIGTERM'],
] as const)('%s: %s %j, stopped by %s, leaves no gateway and no lock behind', async (_name, program, words, signal) => {
  const { child, gateway, output, folder } = await startUnder(program, words);
  child.kill(signal);
  await once(child, 'exit');
  // npm itself waits for the gateway, because its shell became it; npx ends at once.
  if (program === 'npm') expect([child.exitCode, isRunning(gateway)]).toEqual([0, false]);
  await vi.waitFor(() => expect(isRunning(gateway)).toBe(false), { timeout: 20_000 });
  await vi.waitFor(() => expect(output()).toContain('"msg":"Stopped."'), { timeout: 60_000 });
  const next = await startGateway(folder);
  onTestFinished(next.kill);
  expect(await next.stop()).toBe(0);
});

test('a gateway that npm did not start outlives its parent', async () => {
  const folder = await makeFolder();
  onTestFinished(folder.remove);
  await runGateway(folder.path, {}, '--version');
  const start = `"${process.execPath}" "${join(projectRoot(), 'bin/reelgate.js')}" & echo "pid $!"; sleep 3`;
  const { PATH = '', HOME = '' } = process.env;
  const shell = spawn('sh', ['-c', start], {
    cwd: folder.path,
    env: { PATH, HOME, PORT: '0', DATABASE_URL: `file:${folder.path}/reelgate.db` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(shell, 'exit');
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  shell.stdout.on('data', collect);
  shell.stderr.on('data', collect);
  await vi.waitFor(() => expect(output).toContain('Stop with Ctrl-C.'), { timeout: 90_000 });
  const pid = Number(/pid (\d+)/.exec(output)?.[1]);
  onTestFinished(() => {
    if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  });
  await ended;
  // Longer than it would take to notice.
  await sleep(1500);
  expect(isRunning(pid)).toBe(true);
  process.kill(pid, 'SIGTERM');
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 20_000 });
  await vi.waitFor(() => expect(output).toContain('"reason":"SIGTERM"'), { timeout: 20_000 });
});
