import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../src/lib/package.ts';

test('the figures in docs/progress.md are what the command prints', async () => {
  const command = ['--import', 'tsx', 'bench/progress.ts'];
  const printed = execFileSync(process.execPath, command, { cwd: projectRoot(), encoding: 'utf8' });
  const page = await readFile(join(projectRoot(), 'docs/progress.md'), 'utf8');
  expect(/```text\n([^`]*)```/.exec(page)?.[1]).toBe(printed);
});
