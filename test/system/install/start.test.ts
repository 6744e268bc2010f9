import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, realpath, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectRoot } from '../../../src/lib/package.ts';

const mainThatSays = (word: string) =>
  `export async function main(argv: readonly string[]): Promise<void> { console.log('${word}', ...argv); }`;

describe('npm start', () => {
  let project = '';

  beforeEach(async () => {
    project = await mkdtemp(join(tmpdir(), 'reelgate-start-'));
    await mkdir(join(project, 'src'));
    for (const file of ['bin', 'package.json', 'tsconfig.json', 'tsconfig.build.json']) {
      await cp(join(projectRoot(), file), join(project, file), { recursive: true });
    }
    await symlink(join(projectRoot(), 'node_modules'), join(project, 'node_modules'));
    await writeSource('main', mainThatSays('first'));
  });

  afterEach(() => rm(project, { recursive: true }));

  it('builds what is missing, from any folder, and passes its arguments to main', async () => {
    const onTheOldestNode = ['--import', pretending('20.19.0')];
    expect(await start(['serve', '--now'], onTheOldestNode)).toMatchObject({ code: 0, stdout: 'first serve --now\n' });
    expect(existsSync(join(project, 'dist/src/main.js.map'))).toBe(true);
  });

  it('builds again when a source is newer, and only then', async () => {
    await start();
    const again = await start();
    await writeSource('main', mainThatSays('second'));
    const changed = await start();
    expect(again).toEqual({ code: 0, stdout: 'first\n', stderr: '' });
    expect(changed).toMatchObject({ code: 0, stdout: 'second\n', stderr: 'Building Reelgate …\n' });
  });

  it('removes the output of deleted sources from dist, and leaves no temporary files', async () => {
    await writeSource('gone', 'export const gone = 1;');
    await mkdir(join(project, 'dist.999999999'));
    await start();
    await rm(join(project, 'src/gone.ts'));
    await start();
    expect(await readdir(join(project, 'dist/src'))).toEqual(['main.js', 'main.js.map']);
    expect((await readdir(project)).filter((name) => name.startsWith('dist'))).toEqual(['dist']);
  });

  it('survives several starts at once', async () => {
    const starts = await Promise.all([start(['a']), start(['b']), start(['c'])]);
    expect(starts.map(({ code, stdout }) => ({ code, stdout }))).toEqual(
      ['a', 'b', 'c'].map((name) => ({ code: 0, stdout: `first ${name}\n` })),
    );
  });

  it('does not start if the sources do not compile', async () => {
    await writeSource('main', 'export const main: number = "x";');
    const { code, stderr } = await start();
    expect(code).toBe(1);
    expect(stderr).toContain('src/main.ts(1,14): error TS2322');
    expect(stderr).toContain('Reelgate was not started: its sources do not compile (see above).');
    expect(existsSync(join(project, 'dist'))).toBe(false);
  });

  it('runs the build if TypeScript is not installed, however old it is', async () => {
    await start();
    await rm(join(project, 'node_modules'));
    const future = new Date(Date.now() + 60_000);
    await utimes(join(project, 'src/main.ts'), future, future);
    expect(await start()).toEqual({ code: 0, stdout: 'first\n', stderr: '' });
  });

  it('runs a published copy, which has no sources, even if another package installed TypeScript', async () => {
    await start();
    await Promise.all(['src/main.ts', 'tsconfig.json', 'tsconfig.build.json'].map((file) => rm(join(project, file))));
    expect(await start()).toEqual({ code: 0, stdout: 'first\n', stderr: '' });
  });

  it('explains what to do if there is no build and no compiler', async () => {
    await rm(join(project, 'node_modules'));
    const stderr =
      'Reelgate is not built, and TypeScript, which builds it, is not installed: run "npm install" (without --omit=dev) first.\n';
    expect(await start()).toEqual({ code: 1, stdout: '', stderr });
  });

  it('names the missing package if it is built but not installed', async () => {
    await writeSource('main', `import 'pino';\n${mainThatSays('first')}`);
    await start();
    await rm(join(project, 'node_modules'));
    const stderr = 'The package pino is not installed: run "npm install" first.\n';
    expect(await start()).toEqual({ code: 1, stdout: '', stderr });
  });

  it('runs the build in a read-only folder, without a warning if that is up to date', async () => {
    await start();
    await withCompiler();
    expect(await readOnly(() => start([], [], nobody))).toEqual({ code: 0, stdout: 'first\n', stderr: '' });
    await writeSource('main', mainThatSays('second'));
    expect(await readOnly(() => start([], [], nobody))).toEqual({
      code: 0,
      stdout: 'first\n',
      stderr: `${await realpath(project)} cannot be written to: the previous build runs, although it may be older than its sources.\n`,
    });
  });

  it('reports that it is not built if it cannot write either', async () => {
    await withCompiler();
    expect(await readOnly(() => start([], [], nobody))).toEqual({
      code: 1,
      stdout: '',
      stderr: `${await realpath(project)} cannot be written to, and Reelgate is not built: run "npm run build" with write access first.\n`,
    });
  });

  it.each(['18.20.8', '20.18.3'])('refuses Node %s with a sentence', async (version) => {
    const stderr = `Reelgate needs Node 20.19 or newer; this is Node ${version}.\n`;
    expect(await start([], ['--import', pretending(version)])).toEqual({ code: 1, stdout: '', stderr });
  });

  /** Fakes a compiler that unprivileged users can read, too; it is never run. */
  async function withCompiler(): Promise<void> {
    const typescript = join(project, 'node_modules', 'typescript');
    await rm(join(project, 'node_modules'));
    await mkdir(join(typescript, 'bin'), { recursive: true });
    await writeFile(join(typescript, 'bin', 'tsc'), '');
    await writeFile(join(typescript, 'package.json'), '{ "name": "typescript" }');
  }

  /** Runs an action while the project is read-only. */
  async function readOnly<Result>(action: () => Promise<Result>): Promise<Result> {
    await chmod(project, 0o555);
    try {
      return await action();
    } finally {
      await chmod(project, 0o755);
    }
  }

  async function writeSource(name: string, text: string): Promise<void> {
    await writeFile(join(project, 'src', `${name}.ts`), text);
  }

  /** Starts the project from another folder, and waits for its end. */
  function start(args: readonly string[] = [], nodeOptions: readonly string[] = [], user: User = {}): Promise<Ended> {
    const command = [...nodeOptions, join(project, 'bin/reelgate.js'), ...args];
    return new Promise((resolve) => {
      const child = execFile(process.execPath, command, { cwd: tmpdir(), ...user }, (_error, stdout, stderr) => {
        resolve({ code: child.exitCode, stdout, stderr });
      });
    });
  }
});

type User = { readonly uid?: number; readonly gid?: number };

/** Permissions do not bind root, so root starts it as the user nobody. */
const nobody: User = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

function pretending(version: string): string {
  const versions = `{ ...process.versions, node: '${version}' }`;
  return `data:text/javascript,Object.defineProperty(process,'versions',{value:${encodeURIComponent(versions)}})`;
}
