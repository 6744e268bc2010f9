import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { projectRoot } from '../../src/lib/package.ts';
import { makeFolder, runGateway, startGateway } from '../world/gateway.ts';

const note = 'The file .env in this folder was not read: add --env-file .env if it has settings.';

const token = 'a-token-of-the-scrapes';

/** A folder with some files; each may be run. */
async function openFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await makeFolder();
  onTestFinished(folder.remove);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, name), text, { mode: 0o700 });
  return folder.path;
}

const create = ['key', 'create', '--user', 'ana', '--env', 'test'];

test('a gateway and a command read the file that --env-file names; the environment wins', async () => {
  const folder = await openFolder({
    '.env': `METRICS_TOKEN=${token}\nLOG_LEVEL=loud\n`,
    'wrong.env': 'SEGMIND_APIKEY=SG_0123\n',
    node: `#!/bin/sh\nexec '${process.execPath}' "$@" --env-file .env\n`,
  });
  const wrong = await runGateway(folder, {}, [...create, '--env-file', 'wrong.env']);
  expect(wrong).toMatchObject({ code: 1, output: expect.stringContaining('Did you mean SEGMIND_API_KEY?') });
  expect(wrong.output).not.toContain('SG_0123');
  const loud = await runGateway(folder, {}, ['--env-file=.env', ...create]);
  expect(loud).toMatchObject({ code: 1, output: expect.stringContaining('not "loud"') });

  const gateway = await startGateway(folder, { LOG_LEVEL: 'info' }, { node: join(folder, 'node') });
  onTestFinished(gateway.kill);
  const { status } = await fetch(`${gateway.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  expect(status).toBe(200);
  expect(await gateway.stop()).toBe(0);
  expect(gateway.output()).not.toContain(note);
});

/** Runs the command line without a word of it on Node's own, where Node 20 itself looks for --env-file and ends without the file. */
function runMain(folder: string, words: readonly string[]) {
  const main = pathToFileURL(join(projectRoot(), 'dist/src/main.js')).href;
  const program = `import { main } from '${main}'; await main(${JSON.stringify(words)});`;
  const options = { cwd: folder, encoding: 'utf8', env: { HOME: folder } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], options);
  return { code: status, output: `${stdout}${stderr}` };
}

test('a file that cannot be read is reported with a sentence, without a password', async () => {
  const folder = await openFolder({});
  await mkdir(join(folder, 'settings'));
  const missing = await runGateway(folder, {}, ['start', '--env-file', 'none.env']);
  expect(missing.code).not.toBe(0);
  expect(missing.output).toMatch(/^.*none\.env.*$/m);
  expect(missing.output).not.toMatch(/^\s+at /m);
  const files = [
    ['none.env', '--env-file: none.env does not exist.\n'],
    ['settings', '--env-file: settings cannot be read (EISDIR).\n'],
    ['postgres://u:hunter2@h/d', '--env-file: … does not exist.\n'],
  ] as const;
  for (const [file, sentence] of files) {
    const started = runMain(folder, ['start', '--env-file', file]);
    expect(started).toEqual({ code: 1, output: `Reelgate was not started.\n${sentence}` });
    expect(runMain(folder, [...create, '--env-file', file])).toEqual({ code: 1, output: sentence });
  }
});

test('a .env that nobody asked to read is mentioned by each command, and beside no JSON', async () => {
  const folder = await openFolder({ '.env': 'PORT=4001\n' });
  const gateway = await startGateway(folder);
  onTestFinished(gateway.kill);
  await expect.poll(gateway.output).toContain(note);
  for (const command of [create, ['losses'], ['backup', 'b.db']]) {
    const { code, output } = await runGateway(folder, {}, command);
    expect([code, output]).toEqual([0, expect.stringContaining(note)]);
  }
  const { output } = await runGateway(folder, {}, ['key', 'list', '--json']);
  expect(JSON.parse(output)).toMatchObject({ isComplete: true });
  const failed = await runGateway(folder, { PORT: 'x' });
  expect(failed).toMatchObject({ code: 1, output: expect.stringContaining(note) });
  expect(await gateway.stop()).toBe(0);

  const without = await openFolder({});
  expect((await runGateway(without, {}, create)).output).not.toContain('.env');
});

test('what has no effect in a file of settings is named', async () => {
  const folder = await openFolder({ '.env': 'NODE_EXTRA_CA_CERTS=/etc/ssl/company.pem\nPGPASSWORD=hunter2\n' });
  const run = (variables: Readonly<Record<string, string>>) =>
    runGateway(folder, variables, [...create, '--env-file', '.env']);
  const { code, output } = await run({});
  expect(code).toBe(0);
  expect(output).toContain('NODE_EXTRA_CA_CERTS has no effect in .env: set it in the environment of the process.\n');
  expect(output).toContain('PGPASSWORD has no effect in .env');
  expect(output).not.toContain('hunter2');
  expect((await run({ PGPASSWORD: 'x', NODE_EXTRA_CA_CERTS: '/none' })).output).not.toContain('has no effect');
});
