import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../src/root.ts';

type Planted = readonly [file: string, imported: string, rules: readonly string[], kind?: 'value'];

// Each line is an import planted in an otherwise empty house, and the rules it breaks. Imports of types count like all others.
const planted: readonly Planted[] = [
  ['src/domain/reads.ts', 'node:fs', ['pure']],
  ['src/domain/packaged.ts', 'undici', ['home-of-undici']],
  ['src/domain/outward.ts', '../ports.ts', ['room-domain']],
  ['src/ports.ts', './domain/job.ts', []],
  ['src/watch.ts', './ports.ts', []],
  ['src/gateway.ts', './watch.ts', []],
  ['src/gateway/past.ts', '../store/open.ts', ['room-gateway']],
  ['src/poller.ts', './ports.ts', []],
  ['src/poller/live.ts', '../watch.ts', ['room-poller']],
  ['schema/index.ts', '../src/gateway.ts', []],
  ['schema/low.ts', '../src/store/open.ts', ['room-schema']],
  ['src/server/http.ts', '../../schema/index.ts', []],
  ['src/server/keeps.ts', '../store/open.ts', ['room-server']],
  ['src/server/rings.ts', '../bell/local.ts', ['room-server']],
  ['src/server/asks.ts', '../provider/segmind/client.ts', ['room-server']],
  ['src/server/set.ts', '../config.ts', ['room-server']],
  ['src/store/open.ts', './sqlite/store.ts', []],
  ['src/store/sqlite/store.ts', 'better-sqlite3', []],
  ['src/store/sqlite/mixed.ts', '../postgres/store.ts', ['apart']],
  ['src/store/postgres/store.ts', '../../root.ts', []],
  ['src/store/rings.ts', '../bell/local.ts', ['room-store']],
  ['src/bell/local.ts', '../ports.ts', []],
  ['src/bell/keeps.ts', '../store/open.ts', ['room-bell']],
  ['src/provider/segmind/client.ts', 'undici', []],
  ['src/provider/segmind/near.ts', '../sandbox/server.ts', ['room-segmind']],
  ['src/provider/sandbox/server.ts', '../../root.ts', []],
  ['src/provider/sandbox/near.ts', '../segmind/client.ts', ['room-sandbox']],
  ['src/config.ts', './failpoint.ts', []],
  ['src/failpoint.ts', './ports.ts', []],
  ['src/server/dies.ts', '../failpoint.ts', ['room-server']],
  ['src/provider/stray.ts', '../ports.ts', ['no-room']],
  ['src/log.ts', 'pino', []],
  ['src/root.ts', 'node:fs', []],
  ['src/main.ts', './server/http.ts', []],
  ['src/gateway/builds.ts', '../main.ts', ['room-gateway']],
  ['src/gateway/logs.ts', 'pino', ['home-of-pino']],
  ['src/server/loose.ts', 'left-pad', ['home-of-others']],
  ['src/server/tests.ts', '../../test/thing.ts', ['inside-only']],
  ['src/server/nowhere.ts', './missing.ts', ['resolves']],
  ['src/server/token.ts', 'jose', ['no-dev-package']],
  ['src/server/one.ts', './two.ts', ['no-cycle'], 'value'],
  ['src/server/two.ts', './one.ts', [], 'value'],
  ['src/domain/job.ts', './failure.ts', []],
  ['src/domain/failure.ts', './job.ts', []],
  ['src/domain/forgotten.ts', '', ['no-orphan']],
  ['test/thing.ts', '../src/main.ts', []],
];

type Cruise = {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
};

describe('the table of rooms', () => {
  let house = '';
  const broken = new Map<string, Set<string>>();

  beforeAll(async () => {
    house = await mkdtemp(join(tmpdir(), 'reelgate-rooms-'));
    for (const [file, imported, , kind] of planted) {
      const clause = kind === 'value' ? 'import' : 'import type';
      await write(file, imported === '' ? 'export {};' : `${clause} { thing } from '${imported}';`);
    }
    await write('package.json', JSON.stringify({ devDependencies: { jose: '*' } }));
    for (const name of ['better-sqlite3', 'jose', 'left-pad', 'pino', 'undici']) {
      await write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }));
      await write(`node_modules/${name}/index.js`, '');
    }
    await cp(join(projectRoot(), 'tsconfig.json'), join(house, 'tsconfig.json'));
    for (const { from, rule } of (await cruise()).summary.violations) {
      broken.set(from, (broken.get(from) ?? new Set()).add(rule.name));
    }
  });

  afterAll(() => rm(house, { recursive: true }));

  for (const [file, imported, rules] of planted) {
    it(`${file} importing ${imported || 'nothing'} breaks ${rules.join() || 'no rule'}`, () => {
      expect([...(broken.get(file) ?? [])].sort()).toEqual(rules);
    });
  }

  async function write(file: string, text: string): Promise<void> {
    await mkdir(dirname(join(house, file)), { recursive: true });
    await writeFile(join(house, file), text);
  }

  function cruise(): Promise<Cruise> {
    const bin = join(projectRoot(), 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const config = join(projectRoot(), '.dependency-cruiser.cjs');
    const options = ['--config', config, '--output-type', 'json', 'src', 'schema', 'test'];
    return new Promise((resolve, reject) => {
      execFile(process.execPath, [bin, ...options], { cwd: house, maxBuffer: 2 ** 26 }, (_error, stdout, stderr) => {
        // The exit code counts the violations: whether it ran shows in what it printed.
        if (stdout === '') reject(new Error(stderr));
        // dependency-cruiser's JSON reporter, whose shape its own types describe.
        else resolve(JSON.parse(stdout) as Cruise);
      });
    });
  }
});
