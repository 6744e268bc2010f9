import { copyFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectRoot } from '../../../src/lib/package.ts';
import { makeFolder } from '../../world/gateway.ts';
import { blocksBelow } from './page.ts';
import { runProgram } from './run-program.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeAll(async () => {
  folder = await makeFolder();
  const [tsconfig = '', , program = ''] = blocksBelow('Generated types');
  symlinkSync(join(projectRoot(), 'node_modules'), join(folder.path, 'node_modules'));
  // The gateway serves this file at /schema.graphql.
  copyFileSync(join(projectRoot(), 'schema/schema.graphql'), join(folder.path, 'schema.graphql'));
  writeFileSync(join(folder.path, 'tsconfig.json'), tsconfig);
  writeFileSync(join(folder.path, 'graphql.ts'), program);
});

afterAll(() => folder.remove());

const run = (...args: string[]) => runProgram(process.execPath, args, { cwd: folder.path });

it('docs/clients.md makes gql.tada know the schema’s own scalars', async () => {
  const generated = await run('node_modules/gql.tada/bin/cli.js', 'generate-output', '--disable-preprocessing');
  expect(generated.code, generated.output).toBe(0);
  const compile = ['node_modules/typescript/bin/tsc', '--noEmit', '--skipLibCheck', '--allowImportingTsExtensions'];
  expect(await run(...compile)).toMatchObject({ code: 0, output: '' });
  writeFileSync(
    join(folder.path, 'wrong.ts'),
    `import type { ResultOf } from 'gql.tada';
import type { readJob } from './graphql.ts';
declare const { job }: ResultOf<typeof readJob>;
export const finishedAt: number = job!.finishedAt!;
export const url: number = job!.video!.url;
export const byteSize: string = job!.video!.byteSize!;
`,
  );
  const { output } = await run(...compile);
  expect(output.match(/error TS2322: Type '(?:string|number)'/g)).toHaveLength(3);
});
