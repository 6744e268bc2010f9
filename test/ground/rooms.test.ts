import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../src/lib/package.ts';

type Planted = readonly [file: string, imported: string, rules: readonly string[], kind?: 'value'];

// Each line: an import planted in an otherwise empty house, and the rules it breaks. Type imports count too; a circle is reported once.
const planted: readonly Planted[] = [
  ['src/domain/reads.ts', 'node:fs', ['pure']],
  ['src/domain/packaged.ts', 'undici', ['home-of-undici']],
  ['src/domain/outward.ts', '../ports.ts', ['room-domain']],
  ['src/ports.ts', './domain/job.ts', []],
  ['src/ports/video.ts', '../domain/job.ts', []],
  ['src/domain/job.ts', './failure-code.ts', []],
  ['src/domain/failure-code.ts', '', []],
  ['src/lib/package.ts', 'node:fs', []],
  ['src/lib/low.ts', '../domain/job.ts', ['room-lib']],
  ['src/credential/api-key.ts', '../domain/job.ts', []],
  ['src/read/watch.ts', '../ports.ts', []],
  ['src/read/writes.ts', '../gateway/gateway.ts', ['room-read']],
  ['src/gateway/gateway.ts', '../read/watch.ts', []],
  ['src/gateway/past.ts', '../adapter/store/open.ts', ['room-gateway']],
  ['src/gateway/asks.ts', '../worker/poller.ts', ['room-gateway']],
  ['src/worker/poller.ts', '../read/watch.ts', []],
  ['src/worker/copier.ts', '../ports/video.ts', []],
  ['src/worker/fetches.ts', 'undici', ['home-of-undici']],
  ['src/worker/serves.ts', '../gateway/gateway.ts', ['room-worker']],
  ['src/worker/answers.ts', '../server/router.ts', ['room-worker']],
  ['schema/index.ts', '../src/gateway/gateway.ts', []],
  ['schema/low.ts', '../src/adapter/store/open.ts', ['room-schema']],
  ['src/server/auth/token.ts', 'jose', ['no-dev-package']],
  ['src/server/auth/above.ts', '../graphql/engine.ts', ['room-auth']],
  ['src/server/graphql/engine.ts', '../auth/token.ts', []],
  ['src/server/graphql/above.ts', '../http/handler.ts', ['room-graphql']],
  ['src/server/graphql/keeps.ts', '../../adapter/store/open.ts', ['room-graphql']],
  ['src/server/http/handler.ts', '../graphql/engine.ts', []],
  ['src/server/http/beside.ts', '../websocket/hub.ts', ['room-http']],
  ['src/server/websocket/hub.ts', '../../read/watch.ts', []],
  ['src/server/websocket/rings.ts', '../../adapter/bell/local.ts', ['room-websocket']],
  ['src/server/page/dashboard.ts', '../http/handler.ts', []],
  ['src/server/page/asks.ts', '../../gateway/gateway.ts', ['room-page']],
  ['src/server/router.ts', './http/handler.ts', []],
  ['src/server/asks.ts', '../adapter/provider/segmind/client.ts', ['room-server']],
  ['src/server/set.ts', '../config/config.ts', ['room-server']],
  ['src/server/dies.ts', '../app/fault-injectors.ts', ['room-server']],
  ['src/adapter/store/open.ts', './sqlite/store.ts', []],
  ['src/adapter/store/sqlite/store.ts', 'better-sqlite3', []],
  ['src/adapter/store/sqlite/mixed.ts', '../postgres/store.ts', ['apart']],
  ['src/adapter/store/postgres/store.ts', '../../../lib/package.ts', []],
  ['src/adapter/store/rings.ts', '../bell/local.ts', ['room-store']],
  ['src/adapter/bell/local.ts', '../redis/connection.ts', []],
  ['src/adapter/bell/keeps.ts', '../store/open.ts', ['room-bell']],
  ['src/adapter/redis/connection.ts', '../../ports.ts', []],
  ['src/adapter/provider/segmind/client.ts', 'undici', []],
  ['src/adapter/provider/segmind/near.ts', '../sandbox/server.ts', ['room-segmind']],
  ['src/adapter/provider/sandbox/server.ts', '../../../lib/package.ts', []],
  ['src/adapter/provider/sandbox/near.ts', '../segmind/client.ts', ['room-sandbox']],
  ['src/adapter/log/pino.ts', 'pino', []],
  ['src/adapter/blob/file.ts', '../../ports/video.ts', []],
  ['src/adapter/blob/reads.ts', '../media/source.ts', ['room-blob']],
  ['src/adapter/media/source.ts', '../../lib/package.ts', []],
  ['src/adapter/media/keeps.ts', '../blob/file.ts', ['room-media']],
  ['src/adapter/stray.ts', '../ports.ts', ['no-room']],
  ['src/stray.ts', './ports.ts', ['no-room']],
  ['src/config/config.ts', '../lib/package.ts', []],
  ['src/config/builds.ts', '../app/app.ts', ['room-config']],
  ['src/cli/banner.ts', '../config/config.ts', []],
  ['src/cli/opens.ts', '../adapter/store/open.ts', ['room-cli']],
  ['src/app/fault-injectors.ts', '../ports.ts', []],
  ['src/app/app.ts', '../server/router.ts', []],
  ['src/main.ts', './app/app.ts', []],
  ['src/gateway/builds.ts', '../main.ts', ['room-gateway']],
  ['src/gateway/logs.ts', 'pino', ['home-of-pino']],
  ['src/server/loose.ts', 'left-pad', ['home-of-others']],
  ['src/server/tests.ts', '../../test/thing.ts', ['inside-only']],
  ['src/server/nowhere.ts', './missing.ts', ['resolves']],
  ['src/server/http/one.ts', './two.ts', ['no-cycle'], 'value'],
  ['src/server/http/two.ts', './one.ts', [], 'value'],
  ['src/domain/chicken.ts', './egg.ts', ['no-cycle']],
  ['src/domain/egg.ts', './chicken.ts', []],
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
        // The exit code counts the violations, so the output shows whether the program ran.
        if (stdout === '') reject(new Error(stderr));
        // The output of dependency-cruiser's JSON reporter, as its own types describe it.
        else resolve(JSON.parse(stdout) as Cruise);
      });
    });
  }
});
