import { readFileSync } from 'node:fs';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { projectRoot } from '../../../src/lib/package.ts';
import { makeFolder, startGateway, testSecret, tokenOf } from '../../world/gateway.ts';
import { packKit } from './pack-kit.ts';
import { placed, runToEnd } from './page.ts';
import { runProgram } from './run-program.ts';

const root = projectRoot();

const page = readFileSync(join(root, 'docs/client.md'), 'utf8');

/** The programs of docs/client.md. */
const blocks = [...page.matchAll(/^```tsx?\n(.*?)^```$/gms)].map(([, text = '']) => text);

/** What is compiled against the kit: a program that uses all of it, and those of the page. */
const programs = ['main.tsx', ...blocks.map((_, at) => `block-${at}.tsx`)];

/** A program of the kit's own packages, run in a folder. Fulfils with its exit code and what it printed. */
async function tool(folder: string, file: string, ...args: readonly string[]) {
  const program = join(root, 'client/node_modules', file);
  const { code, output } = await runProgram(process.execPath, [program, ...args], { cwd: folder });
  return { code, output };
}

describe('the packed kit', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let tarball = '';
  let app = '';

  beforeAll(async () => {
    folder = await makeFolder();
    tarball = await packKit(folder.path);
    app = join(folder.path, 'app');
    const modules = join(app, 'node_modules');
    await mkdir(join(modules, '@reelgate/client'), { recursive: true });
    const unpack = ['-xzf', tarball, '-C', join(modules, '@reelgate/client'), '--strip-components=1'];
    expect(await runProgram('tar', unpack, { cwd: app })).toMatchObject({ code: 0 });
    for (const name of ['@apollo', '@types', '@urql', 'csstype', 'graphql', 'graphql-ws', 'react', 'react-dom', 'rxjs'])
      await symlink(join(root, 'node_modules', name), join(modules, name));
    await cp(join(root, 'test/system/client/kit-user.tsx.txt'), join(app, 'main.tsx'));
    for (const [at, block] of blocks.entries()) await writeFile(join(app, programs[at + 1] ?? ''), block);
  }, 300_000);

  afterAll(() => folder.remove());

  it('runs the first program of docs/client.md', async () => {
    const gateway = await startGateway(folder.path, { AUTH_JWT_SECRET: testSecret });
    onTestFinished(async () => void (await gateway.stop()));
    const text = placed(blocks[0] ?? '', { url: gateway.url, token: await tokenOf('ada'), prompt: '@test/ok:2s' });
    await writeFile(join(app, 'core.mjs'), transformSync(text, { loader: 'ts', format: 'esm' }).code);
    const { code, output } = await runToEnd(process.execPath, ['core.mjs'], { folder: app });
    expect(output).toMatch(/COMPLETED http\S+\.mp4\s*$/);
    expect(code).toBe(0);
  }, 120_000);

  it('has nothing for publint to report', async () => {
    const { code, output } = await tool(
      app,
      'publint/src/cli.js',
      join(app, 'node_modules/@reelgate/client'),
      '--strict',
    );
    expect(output).toContain('All good!');
    expect(code).toBe(0);
  }, 120_000);

  it('has nothing for attw to report', async () => {
    const { code, output } = await tool(
      app,
      '@arethetypeswrong/cli/dist/index.js',
      tarball,
      '--profile',
      'esm-only',
      '--no-emoji',
    );
    // It ends with another code if it finds a problem that the profile does not leave aside.
    expect(code, output).toBe(0);
  }, 120_000);

  it.each([
    ['5.4', 'NodeNext'],
    ['5.4', 'Bundler'],
    ['newest', 'NodeNext'],
    ['newest', 'Bundler'],
  ])(
    'has types that TypeScript %s understands, with modules resolved as %s',
    async (version, resolution) => {
      const compilerOptions = {
        target: 'ES2022',
        lib: ['ES2022', 'DOM', 'DOM.Iterable'],
        module: resolution === 'Bundler' ? 'ESNext' : 'NodeNext',
        moduleResolution: resolution,
        jsx: 'react-jsx',
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        skipLibCheck: true,
        types: [],
      };
      await writeFile(join(app, 'package.json'), '{ "type": "module" }');
      await writeFile(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: programs }));
      const compiler = `typescript-${version}`;
      const { bin } = JSON.parse(await readFile(join(root, 'client/node_modules', compiler, 'package.json'), 'utf8'));
      expect(await tool(app, join(compiler, bin.tsc), '-p', '.')).toEqual({ code: 0, output: '' });
      // The declarations themselves are checked as well, those of other packages aside.
      const own = { ...compilerOptions, skipLibCheck: false };
      await writeFile(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions: own, files: ['main.tsx'] }));
      const { output } = await tool(app, join(compiler, bin.tsc), '-p', '.');
      expect(output.split('\n').filter((line) => line.includes('@reelgate/client'))).toEqual([]);
    },
    300_000,
  );
});
