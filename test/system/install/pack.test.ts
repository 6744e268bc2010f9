import { execFile } from 'node:child_process';
import { chmod, chown, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../../src/lib/package.ts';
import { makeFolder, startGateway } from '../../world/gateway.ts';
import { doMainJob } from './main-job.ts';

/** Permissions do not bind root, so root runs it as the user nobody. */
const isRoot = process.getuid?.() === 0;

const nobody = isRoot ? { uid: 65_534, gid: 65_534 } : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

const root = projectRoot();

const quiet = ['--no-audit', '--no-fund', '--prefer-offline'];

/** Already compiled for this machine, so that the test does not compile it a second time. */
const built = join('better-sqlite3', 'build');

type Output = { readonly stdout: string; readonly stderr: string };

class NpmError extends Error {
  readonly stdout: string;
  readonly stderr: string;
  constructor(stdout: string, stderr: string) {
    super(`npm failed:\n${stdout}\n${stderr}`);
    this.stdout = stdout;
    this.stderr = stderr;
  }
}

/** Runs the npm that runs these tests; rejects with its output if it fails. */
function npm(folder: string, ...words: readonly string[]): Promise<Output> {
  const { npm_execpath: file, PATH = '', HOME = '' } = process.env;
  const [program, args] = file === undefined ? ['npm', words] : [process.execPath, [file, ...words]];
  // Pass none of the outer npm's settings on.
  const options = { cwd: folder, env: { PATH, HOME }, maxBuffer: 2 ** 26, timeout: 600_000 };
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr });
      else reject(new NpmError(stdout, stderr));
    });
  });
}

describe('the packed package, installed in an empty folder', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let app = '';
  let output = '';
  beforeAll(async () => {
    folder = await makeFolder();
    app = join(folder.path, 'app');
    await mkdir(app);
    await writeFile(join(app, 'package.json'), '{ "name": "somebody", "private": true }');
    await npm(root, 'pack', '--pack-destination', folder.path);
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    const tarball = join(folder.path, `reelgate-${version}.tgz`);
    const { stdout, stderr } = await npm(app, 'install', '--engine-strict', '--ignore-scripts', ...quiet, tarball);
    output = `${stdout}\n${stderr}`;
    await cp(join(root, 'node_modules', built), join(app, 'node_modules', built), { recursive: true });
  }, 900_000);
  afterAll(() => folder.remove());

  test('installs with strict engines, and warns of nothing', () => {
    expect(output.split('\n').filter((line) => /warn|error/i.test(line) && !/install-scripts/.test(line))).toEqual([]);
  });

  test('has one copy of graphql, whose version the gateway was tested with', async () => {
    const { stdout } = await npm(app, 'ls', 'graphql', '--all', '--parseable');
    expect(stdout.trim().split('\n')).toHaveLength(1);
    const versionIn = async (of: string) =>
      JSON.parse(await readFile(join(of, 'node_modules/graphql/package.json'), 'utf8')).version;
    expect(await versionIn(app)).toBe(await versionIn(root));
  });

  test('brings the command reelgate', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    const { stdout } = await npm(app, 'exec', '--offline', '--', 'reelgate', '--version');
    expect(stdout).toBe(`${version}\n`);
  });

  test('does the main job, with the dashboard, from a read-only folder', async () => {
    const data = join(folder.path, 'data');
    await mkdir(data);
    const installed = join(app, 'node_modules', 'reelgate');
    await chmod(installed, 0o555);
    await chmod(folder.path, 0o755);
    await chown(data, nobody.uid, nobody.gid);
    const program = join(installed, 'bin', 'reelgate.js');
    const gateway = await startGateway(data, {}, { program, user: nobody });
    try {
      await doMainJob(gateway);
      const page = await fetch(`${gateway.url}/`, { headers: { accept: 'text/html' } });
      expect(await page.text()).toContain('/assets/');
      const graphiql = await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html' } });
      expect(graphiql.status).toBe(200);
    } finally {
      await chmod(installed, 0o755);
      expect(await gateway.stop()).toBe(0);
    }
  });
});

test('with production packages only and no build, npm start reports in one sentence what is missing', async () => {
  const folder = await makeFolder();
  try {
    const app = join(folder.path, 'app');
    await mkdir(app);
    for (const each of ['bin', 'migrations', 'schema', 'src', 'tsconfig.json', 'tsconfig.build.json'])
      await cp(join(root, each), join(app, each), { recursive: true });
    for (const each of ['.npmrc', 'package.json', 'package-lock.json']) await cp(join(root, each), join(app, each));
    await npm(app, 'ci', '--omit=dev', '--engine-strict', '--ignore-scripts', ...quiet);
    await expect(npm(app, 'start', '--silent')).rejects.toMatchObject({
      stdout: '',
      stderr:
        'Reelgate is not built, and TypeScript, which builds it, is not installed: run "npm install" (without --omit=dev) first.\n',
    });
  } finally {
    await folder.remove();
  }
});
