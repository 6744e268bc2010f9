import { join } from 'node:path';
import { projectRoot } from '../../../src/lib/package.ts';
import { runProgram } from './run-program.ts';

/** Builds and packs the kit into a folder; returns the path of the tarball. */
export async function packKit(folder: string): Promise<string> {
  const { npm_execpath: file, PATH = '', HOME = '' } = process.env;
  const words = ['pack', '--json', '--pack-destination', folder];
  const [program, args] = file === undefined ? ['npm', words] : [process.execPath, [file, ...words]];
  const options = { cwd: join(projectRoot(), 'client'), env: { PATH, HOME } };
  const { code, stdout, output } = await runProgram(program, args, options);
  if (code !== 0) throw new Error(`The kit could not be packed:\n${output}`);
  return join(folder, /[\w.-]+\.tgz/.exec(stdout)?.[0] ?? '');
}
