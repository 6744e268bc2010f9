import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../src/lib/package.ts';

const root = projectRoot();

const system = join('test', 'system');

/** Packages and programs that only `npm run test:system` may use, so no file of `npm test` may name them. */
const foreign = /playwright-core|axe-core|relay-compiler|redis-server|initdb|usr\/s?bin|usr\/lib\/postgresql/;

/** Every file that `npm test` runs or its tests import: all of test/ except test/system. */
const unit = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .map((file) => join('test', file))
  .filter((file) => file.endsWith('.ts') && !file.startsWith(system))
  .filter((file) => join(root, file) !== import.meta.filename);

describe('npm test, which a newcomer waits for', () => {
  it('imports nothing from test/system, which has the browser, the servers and the kills', () => {
    expect(unit.length).toBeGreaterThan(100);
    expect(unit.flatMap((file) => strayImports(file, read(file)))).toEqual([]);
  });

  it('starts no browser, no third-party server and no client compiler', () => {
    expect(unit.filter((file) => foreign.test(read(file)))).toEqual([]);
  });

  it('finds a stray import in any syntax', () => {
    const texts = [
      "import { startPostgres } from '../system/world/postgres.ts';",
      "import type { Browser } from '../system/world/browser.ts';",
      "import '../system/world/redis.ts';",
      "const world = await import('../system/world/redis.ts');",
    ];
    for (const text of texts) expect(strayImports('test/hub/planted.test.ts', text)).toHaveLength(1);
    expect(strayImports('test/hub/planted.test.ts', "import { createHub } from '../../src/system.ts';")).toEqual([]);
  });
});

describe('npm run test:system', () => {
  it('has a package.json of its own, so that npm install leaves its programs out', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json'));
    const own = JSON.parse(read('test/system/package.json'));
    const names = Object.keys({ ...own.dependencies, ...own.optionalDependencies });
    expect(names.filter((name) => name in { ...dependencies, ...devDependencies })).toEqual([]);
  });
});

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** The files that import from test/system, as `file: import`. */
function strayImports(file: string, text: string): readonly string[] {
  const imported = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, path = '']) => path);
  return imported
    .filter((path) => relative(root, resolve(root, dirname(file), path)).startsWith(join(system, '/')))
    .map((path) => `${file}: ${path}`);
}
