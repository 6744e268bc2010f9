import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../src/lib/package.ts';

const root = projectRoot();

/** What a page loads, minified and compressed: at once, and with the first subscription. */
function sizesOf(options: BuildOptions) {
  const { outputFiles = [], metafile } = buildSync({
    bundle: true,
    minify: true,
    splitting: true,
    metafile: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    absWorkingDir: root,
    outdir: 'bundle',
    ...options,
  });
  const sizes = new Map(
    outputFiles.map(({ path, contents }) => [path.slice(root.length + 1), gzipSync(contents, { level: 9 }).length]),
  );
  const entry = Object.entries(metafile?.outputs ?? {}).find(
    ([, { entryPoint }]) => entryPoint === 'client/src/index.ts',
  );
  const atOnce = new Set([entry?.[0] ?? '']);
  for (const file of atOnce) {
    for (const { path, kind } of metafile?.outputs[file]?.imports ?? [])
      if (kind === 'import-statement') atOnce.add(path);
  }
  const sum = (files: Iterable<string>) => [...files].reduce((all, file) => all + (sizes.get(file) ?? 0), 0);
  return { atOnce: sum(atOnce), inAll: sum(sizes.keys()), inputs: Object.keys(metafile?.inputs ?? {}) };
}

describe('the core', () => {
  it('is at most 8 KB for a page that loads it, and 8 KB in all without graphql-ws', () => {
    const { atOnce } = sizesOf({ entryPoints: ['client/src/index.ts'] });
    expect(atOnce).toBeGreaterThan(4000);
    expect(atOnce).toBeLessThanOrEqual(8000);
    const alone = sizesOf({ entryPoints: ['client/src/index.ts'], external: ['graphql-ws/client'] });
    expect(alone.inAll).toBeLessThanOrEqual(8000);
  });

  it('imports nothing but graphql-ws, its only dependency', () => {
    const { inputs } = sizesOf({ entryPoints: ['client/src/index.ts'] });
    const packages = inputs.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
    expect(new Set(packages)).toEqual(new Set(['graphql-ws']));
    const { dependencies } = JSON.parse(readFileSync(join(root, 'client/package.json'), 'utf8'));
    expect(Object.keys(dependencies)).toEqual(['graphql-ws']);
  });
});
