import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { projectRoot } from '../../src/lib/package.ts';

/** A change to one source file: what stands there once, and what is put in its place. */
export type Patch = { readonly file: string; readonly find: string; readonly replace: string };

/**
 * Bundles the simulator's worker, with one file of the source patched where that is asked for; the bundle's path. Inside the project, so
 * that packages and migrations are found from there. Rejects where what is to be replaced does not occur exactly once.
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

/** The text of a file with the patch applied. Throws where what is to be replaced does not occur exactly once. */
export function patched(text: string, { file, find, replace }: Patch): string {
  const deps = text.split(find);
  if (deps.length !== 2) throw new Error(`${file} holds ${deps.length - 1} times: ${find}`);
  return deps.join(replace);
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
