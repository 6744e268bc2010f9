import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectRoot } from '../../../src/root.ts';

const mainThatSays = (word: string) =>
  `export async function main(argv: readonly string[]): Promise<void> { console.log('${word}', ...argv); }`;

describe('npm start', () => {
  let project = '';

  beforeEach(async () => {
    project = await mkdtemp(join(tmpdir(), 'reelgate-start-'));
    await mkdir(join(project, 'src'));
    for (const file of ['bin/reelgate.js', 'package.json', 'tsconfig.json', 'tsconfig.build.json']) {
      await cp(join(projectRoot(), file), join(project, file));
    }
    await symlink(join(projectRoot(), 'node_modules'), join(project, 'node_modules'));
    await writeSource('main', mainThatSays('first'));
  });

  afterEach(() => rm(project, { recursive: true }));

  it('builds what is missing, from any folder, and hands its arguments to main', async () => {
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

  it('leaves nothing in dist of a source that is gone, and nothing of its own beside it', async () => {
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

  it('does not start from sources that do not compile', async () => {
    await writeSource('main', 'export const main: number = "x";');
    const { code, stderr } = await start();
    expect(code).toBe(1);
    expect(stderr).toContain('src/main.ts(1,14): error TS2322');
    expect(stderr).toContain('Reelgate was not started: its sources do not compile (see above).');
    expect(existsSync(join(project, 'dist'))).toBe(false);
  });

  it('runs what is built where TypeScript is not installed, however old', async () => {
    await start();
    await rm(join(project, 'node_modules'));
    const future = new Date(Date.now() + 60_000);
    await utimes(join(project, 'src/main.ts'), future, future);
    expect(await start()).toEqual({ code: 0, stdout: 'first\n', stderr: '' });
  });

  it('runs a published copy, which has no sources, even where somebody else installed TypeScript', async () => {
    await start();
    await Promise.all(['src/main.ts', 'tsconfig.json', 'tsconfig.build.json'].map((file) => rm(join(project, file))));
    expect(await start()).toEqual({ code: 0, stdout: 'first\n', stderr: '' });
  });

  it('says what to do where there is nothing to run and nothing to build with', async () => {
    await rm(join(project, 'node_modules'));
    const stderr = 'Reelgate is not built and cannot be built here: run "npm install" first.\n';
    expect(await start()).toEqual({ code: 1, stdout: '', stderr });
  });

  it.each(['18.20.8', '20.18.3'])('refuses Node %s with a sentence', async (version) => {
    const stderr = `Reelgate needs Node 20.19 or newer; this is Node ${version}.\n`;
    expect(await start([], ['--import', pretending(version)])).toEqual({ code: 1, stdout: '', stderr });
  });

  async function writeSource(name: string, text: string): Promise<void> {
    await writeFile(join(project, 'src', `${name}.ts`), text);
  }

  /** Starts the project from a folder that is not its own, and waits for its end. */
  function start(args: readonly string[] = [], nodeOptions: readonly string[] = []): Promise<Ended> {
    const command = [...nodeOptions, join(project, 'bin/reelgate.js'), ...args];
    return new Promise((resolve) => {
      const child = execFile(process.execPath, command, { cwd: tmpdir() }, (_error, stdout, stderr) => {
        resolve({ code: child.exitCode, stdout, stderr });
      });
    });
  }
});

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

function pretending(version: string): string {
  const versions = `{ ...process.versions, node: '${version}' }`;
  return `data:text/javascript,Object.defineProperty(process,'versions',{value:${encodeURIComponent(versions)}})`;
}
