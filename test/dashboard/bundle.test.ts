import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../src/lib/package.ts';

const built = join(projectRoot(), 'dashboard/dist');

describe('the built dashboard', () => {
  beforeAll(() => {
    // Builds the dashboard if it is out of date, as every start does.
    execFileSync(process.execPath, [join(projectRoot(), 'bin/reelgate.js'), '--version']);
  }, 600_000);

  it('loads less than 150 KB of compressed scripts at first', () => {
    const page = readFileSync(join(built, 'index.html'), 'utf8');
    const scripts = [...page.matchAll(/(?:src|href)="\.(\/assets\/[^"]+\.js)"/g)].map(([, path = '']) => path);
    expect(scripts.length).toBeGreaterThan(0);
    const bytes = scripts.map((path) => gzipSync(readFileSync(join(built, path))).length);
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(150_000);
  });

  it('has no inline script or style, and names no other host', () => {
    const page = readFileSync(join(built, 'index.html'), 'utf8').replaceAll('http://www.w3.org/2000/svg', '');
    expect(page).not.toMatch(/<script(?![^>]* src=)|<style|style=|https?:|\/\//);
  });

  it('names each file after its content', () => {
    expect(readdirSync(join(built, 'assets')).filter((name) => !/-[\w-]{8}\.\w+$/.test(name))).toEqual([]);
  });
});

it('the types of its operations match the schema (npm run dashboard:types)', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reelgate-types-'));
  try {
    const made = join(folder, 'graphql-env.d.ts');
    const cli = join(projectRoot(), 'node_modules/gql.tada/bin/cli.js');
    execFileSync(process.execPath, [cli, 'generate-output', '-c', 'dashboard/tsconfig.json', '-o', made], {
      cwd: projectRoot(),
      stdio: 'pipe',
    });
    const kept = await readFile(join(projectRoot(), 'dashboard/src/api/graphql-env.d.ts'), 'utf8');
    expect(await readFile(made, 'utf8')).toBe(kept);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 180_000);
