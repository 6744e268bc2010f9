import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../src/lib/package.ts';

const root = projectRoot();

const house = sourcesIn('bin', 'src', 'schema');

const everything = [...house, ...sourcesIn('test', 'client/generate', 'client/src').filter(isWritten)];

const wide = [...everything, ...sourcesIn('bench', 'examples', 'dashboard/src')];

/** The manifests, by who installs them: everyone, `npm run bench`, `npm run test:system` (two), `npm run check:schema`. */
const manifests = [
  'package.json',
  'bench/package.json',
  'test/system/package.json',
  'client/package.json',
  '.ci/schema-rules/package.json',
];

describe('the package', () => {
  it('runs on Node 20.19 and newer', () => {
    expect(JSON.parse(read('package.json'))).toHaveProperty('engines', { node: '>=20.19.0' });
  });

  it.each(manifests)(
    '%s has a lock file that names no registry, so that it installs from whichever one npm is set to',
    (file) => {
      const hosts = read(lockOf(file)).match(/"resolved": .*|https?:\/\/[^"]*registry[^"]*/g) ?? [];
      expect(hosts, 'cured by npm install --omit-lockfile-registry-resolved').toEqual([]);
    },
  );

  it.each(manifests)('%s has a lock file with the hash of every package and exact versions', (file) => {
    const { packages } = JSON.parse(read(lockOf(file)));
    const others = Object.entries<{ integrity?: string }>(packages).filter(([path]) => path !== '');
    expect(others.length).toBeGreaterThan(0);
    expect(others.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? '')).map(([path]) => path)).toEqual([]);
    const loose = Object.entries(dependenciesIn(file)).filter(
      ([, version]) => !/^(npm:[\w-]+@)?\d+\.\d+\.\d+$/.test(String(version)),
    );
    expect(loose).toEqual([]);
  });

  it('has a line in docs/security.md for every package that it depends on, saying why', () => {
    const page = read('docs/security.md');
    const names = manifests.flatMap((file) => Object.keys(dependenciesIn(file)));
    const missing = names.filter((name) => !page.includes(`\`${name}\``));
    expect(missing).toEqual([]);
  });

  it('starts its README with the two commands, of which CI runs the second', () => {
    const commands = read('README.md').match(/npm install && npm \w+/g) ?? [];
    expect(commands.slice(0, 2)).toEqual(['npm install && npm start', 'npm install && npm test']);
    expect(read('.ci/run')).toContain('npm install && npm test');
    expect(read('.ci/run')).toContain('npm run test:system');
  });
});

describe('every source file', () => {
  it('has at most 220 lines', () => {
    expect(everything.filter((file) => linesOf(file).length > 220)).toEqual([]);
  });

  it('has no line above 140 columns', () => {
    const tooLong = wide
      .filter((file) => file !== join('dashboard', 'src', 'api', 'graphql-env.d.ts'))
      .flatMap((file) => linesOf(file).flatMap((line, at) => ([...line].length > 140 ? [`${file}:${at + 1}`] : [])));
    expect(tooLong).toEqual([]);
  });

  it('defers nothing and disables no rule', () => {
    const word = /\b(TODO|FIXME|HACK)\b|eslint-disable|biome-ignore|@ts-(ignore|nocheck)/;
    const others = everything.filter((file) => join(root, file) !== import.meta.filename);
    expect(others.filter((file) => word.test(read(file)))).toEqual([]);
  });

  it('has a comment right above each export', () => {
    const undocumented = [...house, ...sourcesIn('client/generate', 'client/src')].flatMap((file) =>
      linesOf(file).filter(
        (line, at, lines) => /^export (?!type [{*])[a-z]/.test(line) && !/^\/\/|\*\/$/.test(lines[at - 1] ?? ''),
      ),
    );
    expect(undocumented).toEqual([]);
  });
});

/** Whether people write this file; the kit's types are generated. */
function isWritten(file: string): boolean {
  return !['client/src/schema.ts', 'client/src/cache-types.ts'].includes(file);
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function lockOf(manifest: string): string {
  return manifest.replace('package.json', 'package-lock.json');
}

function dependenciesIn(manifest: string): Record<string, string> {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read(manifest));
  return { ...dependencies, ...devDependencies, ...optionalDependencies };
}

function linesOf(file: string): readonly string[] {
  return read(file).trimEnd().split('\n');
}

function sourcesIn(...rooms: readonly string[]): readonly string[] {
  return rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(tsx?|js|css|html)$/.test(file) && !file.includes('node_modules'))
      .map((file) => join(room, file)),
  );
}
