import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../src/root.ts';

const root = projectRoot();
const house = sourcesIn('bin', 'src', 'schema');
const everything = [...house, ...sourcesIn('test')];

describe('the package', () => {
  it('runs on Node 20.19 and newer', () => {
    expect(JSON.parse(read('package.json'))).toHaveProperty('engines', { node: '>=20.19.0' });
  });

  it('has a lock file that names no registry, so that it installs from whichever one npm is set to', () => {
    const hosts = read('package-lock.json').match(/"resolved": .*|https?:\/\/[^"]*registry[^"]*/g) ?? [];
    expect(hosts, 'cured by npm install --omit-lockfile-registry-resolved').toEqual([]);
  });

  it('has a lock file that vouches for every package, and names each version of ours exactly', () => {
    const { packages } = JSON.parse(read('package-lock.json'));
    const others = Object.entries<{ integrity?: string }>(packages).filter(([path]) => path !== '');
    expect(others.length).toBeGreaterThan(100);
    expect(others.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? '')).map(([path]) => path)).toEqual([]);
    const { dependencies, devDependencies } = JSON.parse(read('package.json'));
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)),
    );
    expect(loose).toEqual([]);
  });

  it('has a line in docs/security.md for every package that it depends on, saying why', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json'));
    const page = read('docs/security.md');
    const missing = Object.keys({ ...dependencies, ...devDependencies }).filter(
      (name) => !page.includes(`\`${name}\``),
    );
    expect(missing).toEqual([]);
  });

  it('opens its README with the two commands, of which CI runs the second', () => {
    const commands = read('README.md').match(/npm install && npm \w+/g) ?? [];
    expect(commands.slice(0, 2)).toEqual(['npm install && npm start', 'npm install && npm test']);
    expect(read('.ci/run')).toContain('npm install && npm test');
  });
});

describe('every source file', () => {
  it('has at most 220 lines', () => {
    expect(everything.filter((file) => linesOf(file).length > 220)).toEqual([]);
  });

  it('puts nothing off and switches no rule off', () => {
    const word = /\b(TODO|FIXME|HACK)\b|eslint-disable|biome-ignore|@ts-(ignore|nocheck)/;
    const others = everything.filter((file) => join(root, file) !== import.meta.filename);
    expect(others.filter((file) => word.test(read(file)))).toEqual([]);
  });

  it('says right above each export what it is', () => {
    const undocumented = house.flatMap((file) =>
      linesOf(file).filter((line, at, lines) => /^export [a-z]/.test(line) && !/^\/\/|\*\/$/.test(lines[at - 1] ?? '')),
    );
    expect(undocumented).toEqual([]);
  });
});

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function linesOf(file: string): readonly string[] {
  return read(file).trimEnd().split('\n');
}

function sourcesIn(...rooms: readonly string[]): readonly string[] {
  return rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|js)$/.test(file))
      .map((file) => join(room, file)),
  );
}
