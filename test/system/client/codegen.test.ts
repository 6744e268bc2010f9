import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../../src/lib/package.ts';
import { makeFolder, startGateway, type TestGateway, testSecret, tokenOf } from '../../world/gateway.ts';
import { blocksBelow, placed, runToEnd } from './page.ts';
import { runProgram } from './run-program.ts';

const packages = 'test/system/client/codegen';

const typescript = join(projectRoot(), 'node_modules', 'typescript', 'bin', 'tsc');

/** The page's program with its prompt replaced, typed by the generator, and run. The generator has a package folder of its own. */
describe('the page for graphql-request with generated types', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let gateway: TestGateway;
  let token: string;
  const [config = '', program = ''] = blocksBelow('graphql-request with generated types');

  beforeAll(async () => {
    folder = await makeFolder();
    gateway = await startGateway(folder.path, { AUTH_JWT_SECRET: testSecret });
    token = await tokenOf('ada');
    const install = join(projectRoot(), '.ci', 'packages.mjs');
    expect(spawnSync(process.execPath, [install, packages], { stdio: 'inherit' }).status).toBe(0);
    symlinkSync(join(projectRoot(), packages, 'node_modules'), join(folder.path, 'node_modules'));
    writeFileSync(join(folder.path, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder.path, 'codegen.ts'), placed(config, { url: gateway.url, token, prompt: '' }));
    writeProgram('@test/ok:1s');
    const { code, output } = await runProgram('node', ['node_modules/@graphql-codegen/cli/cjs/bin.js'], {
      cwd: folder.path,
    });
    expect([code, output]).toEqual([0, '']);
  }, 600_000);

  afterAll(async () => {
    await gateway.stop();
    await folder.remove();
  });

  function writeProgram(prompt: string): void {
    writeFileSync(join(folder.path, 'video.ts'), placed(program, { url: gateway.url, token, prompt }));
  }

  function run() {
    for (const file of ['video', 'gql/index', 'gql/gql', 'gql/graphql', 'gql/fragment-masking']) writeModule(file);
    return runToEnd(process.execPath, ['video.js'], { folder: folder.path });
  }

  /** What a bundler does with the program and what was generated. */
  function writeModule(file: string): void {
    const text = readFileSync(join(folder.path, `${file}.ts`), 'utf8');
    const named = text.replaceAll(/from (["'])(\.\/[\w-]+)\1/g, "from '$2.js'");
    writeFileSync(join(folder.path, `${file}.js`), transformSync(named, { loader: 'ts', format: 'esm' }).code);
  }

  it('has the types of the schema’s own scalars, and compiles under strict rules', async () => {
    const options = ['--strict', '--noEmit', '--skipLibCheck', '--target', 'es2022', '--module', 'esnext'];
    const args = [...options, '--moduleResolution', 'bundler', 'video.ts'];
    expect(await runProgram(process.execPath, [typescript, ...args], { cwd: folder.path })).toMatchObject({
      code: 0,
      output: '',
    });
    writeFileSync(
      join(folder.path, 'wrong.ts'),
      `import type { JobQuery } from './gql/graphql.js';
declare const { job }: JobQuery;
export const finishedAt: number = job!.finishedAt!;
export const byteSize: string = job!.video!.byteSize!;
`,
    );
    const { output } = await runProgram(process.execPath, [typescript, ...args.slice(0, -1), 'wrong.ts'], {
      cwd: folder.path,
    });
    expect(output.match(/error TS2322/g)).toHaveLength(2);
  });

  it('makes a video and follows it to its end', async () => {
    writeProgram('@test/ok:1s');
    const { code, output } = await run();
    expect(output).toMatch(/COMPLETED http\S+\.mp4\s*$/);
    expect(code).toBe(0);
  });

  it('ends with the code of the failure if the video is refused', async () => {
    writeProgram('@test/submit:403');
    const { code, output } = await run();
    expect(output).toContain('PROVIDER_FORBIDDEN: ');
    expect(code).not.toBe(0);
  });
});
