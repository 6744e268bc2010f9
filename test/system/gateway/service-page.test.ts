import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { projectRoot } from '../../../src/lib/package.ts';
import { generate } from '../../gateway/operations.ts';
import { makeFolder, request, startGateway, type TestGateway } from '../../world/gateway.ts';

const root = projectRoot();

const page = readFileSync(join(root, 'docs/operations.md'), 'utf8');

const [, block = ''] = /^```sh\n(sudo -u reelgate .*?)^```$/ms.exec(page) ?? [];

const isRoot = process.getuid?.() === 0;

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Runs a command in a folder, without any setting in its environment. */
function run(folder: string, words: readonly string[]): Promise<Ended> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve) => {
    const options = { cwd: folder, env: { PATH, HOME } };
    const child = execFile(process.execPath, [join(root, 'bin/reelgate.js'), ...words], options, (_e, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

it('the commands beside the service run as they stand on the page, on the database of the service', async () => {
  const folder = await makeFolder();
  onTestFinished(folder.remove);
  const [state, elsewhere] = [join(folder.path, 'state'), join(folder.path, 'elsewhere')];
  for (const each of [state, elsewhere]) mkdirSync(each, 0o700);
  // If root runs the tests, it stands in for an operator who forgot sudo: the files are the service's all the same.
  if (isRoot) chownSync(state, 65_534, 65_534);
  const envFile = join(folder.path, 'reelgate.env');
  const text = readFileSync(join(root, 'deploy/reelgate.env'), 'utf8').replaceAll('/var/lib/reelgate', state);
  writeFileSync(envFile, `${text}AUTH_JWT_SECRET=${'x'.repeat(32)}\n`);

  const services: TestGateway[] = [];
  const systemctl = {
    start: async () => {
      const service = await startGateway(state, settingsOf(envFile));
      onTestFinished(() => service.kill());
      services.push(service);
    },
    stop: async () => expect(await services.at(-1)?.stop()).toBe(0),
  };

  let key = '';
  const lines = block.trim().split('\n');
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) {
    const [, verb] = /^systemctl (start|stop) reelgate$/.exec(line) ?? [];
    if (verb === 'start' || verb === 'stop') {
      await systemctl[verb]();
      continue;
    }
    const words = line.replace('sudo -u reelgate reelgate ', '').split(' ');
    const placed = words.map((word) => word.replace('/var/lib/reelgate', state).replace('/etc/reelgate.env', envFile));
    const ended = await run(elsewhere, placed);
    expect(ended, line).toMatchObject({ code: 0 });
    // The first key is made before the first start.
    if (words[0] === 'key') {
      key = ended.stdout.trim();
      await systemctl.start();
    }
  }
  expect(existsSync(join(elsewhere, 'data'))).toBe(false);
  const { data } = await request(services.at(-1) ?? { url: '' }, generate, { input: { prompt: '@test/ok:1s' } }, key);
  expect(data.generateVideo.__typename).toBe('GenerateVideoSuccess');
  if (!isRoot) return;
  for (const name of ['reelgate.db', 'reelgate.db-wal', 'reelgate.db.lock', 'videos'])
    expect([name, statSync(join(state, name)).uid]).toEqual([name, 65_534]);
}, 240_000);

function settingsOf(file: string): Readonly<Record<string, string>> {
  const settings = parseEnv(readFileSync(file, 'utf8'));
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, value ?? '']));
}
