import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { projectRoot } from '../../../src/lib/package.ts';
import { makeFolder, runGateway } from '../../world/gateway.ts';

const page = readFileSync(join(projectRoot(), 'docs/operations.md'), 'utf8');

const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, text = '']) => text.trim().split('\n'));

it('the commands for SQLite run as they stand on the page, one after the other', async () => {
  const { path, remove } = await makeFolder();
  onTestFinished(remove);
  const variables = { DATABASE_URL: 'file:./data/reelgate.db' };
  const run = (text: string) => runGateway(path, variables, text.split(' '));
  // A first start would create it.
  expect(await run('key create --user bob --env test')).toMatchObject({ code: 0 });
  const lines = blocks.filter((line) => /^reelgate (backup|restore|losses|key)/.test(line));
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) {
    // There was no upgrade in this test, so there is no copy of one.
    const text = line.replace(/^reelgate /, '').replace('data/reelgate.db.before-0.3.0', 'reelgate-backup.db');
    expect(await run(text), line).toMatchObject({ code: 0 });
  }
  expect(existsSync(join(path, 'reelgate-backup.db'))).toBe(true);
}, 240_000);
