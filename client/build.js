// Builds the kit into client/dist with the project's own TypeScript: `npm run build --prefix client`, and before it is packed.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = import.meta.dirname;
const output = join(folder, 'dist');
const compiler = join(folder, '..', 'node_modules', 'typescript', 'bin', 'tsc');

rmSync(output, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [compiler, '-p', join(folder, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
if (status === 0) renameImports();
process.exitCode = status ?? 1;

/** TypeScript writes .js into imports of programs, but leaves .ts in those of declarations. */
function renameImports() {
  for (const name of readdirSync(output, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.d.ts')) continue;
    const file = join(output, name);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/((?:from |import\()')(\.[^']+)\.tsx?'/g, "$1$2.js'"));
  }
}
