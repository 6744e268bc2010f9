import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { projectRoot } from '../../src/lib/package.ts';

/** A change to one source file: a text that occurs exactly once, and its replacement. */
export type Patch = { readonly file: string; readonly find: string; readonly replace: string };

/**
 * Bundles the simulator's worker, with an optional patch of one source file, and returns the bundle's path. The bundle is inside the
 * project so that it finds packages and migrations. Rejects if the text to replace does not occur exactly once.
 */
export async function bundleWorker(name: string, patch: Patch | null): Promise<string> {
  const outfile = join(projectRoot(), 'node_modules', '.cache', 'reelgate', `${name}.mjs`);
  await build({
    entryPoints: [join(projectRoot(), 'test', 'simulation', 'worker.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'silent',
    plugins: patch === null ? [] : [patching(patch)],
  });
  return outfile;
}

/** The text of a file with the patch applied. Throws if the text to replace does not occur exactly once. */
export function patched(text: string, { file, find, replace }: Patch): string {
  const pieces = text.split(find);
  if (pieces.length !== 2) throw new Error(`${file} contains this ${pieces.length - 1} times instead of once: ${find}`);
  return pieces.join(replace);
}

function patching(patch: Patch): Plugin {
  const path = join(projectRoot(), patch.file);
  return {
    name: 'patch',
    setup(bundling) {
      bundling.onLoad({ filter: /\.ts$/ }, async (file) =>
        file.path === path ? { contents: patched(await readFile(path, 'utf8'), patch), loader: 'ts' } : null,
      );
    },
  };
}
