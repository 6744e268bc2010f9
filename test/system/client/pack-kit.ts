import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../../src/lib/package.ts';

const run = promisify(execFile);

/** Builds and packs the kit into a folder; returns the path of the tarball. */
export async function packKit(folder: string): Promise<string> {
  const { npm_execpath: file, PATH = '', HOME = '' } = process.env;
  const words = ['pack', '--json', '--pack-destination', folder];
  const [program, args] = file === undefined ? ['npm', words] : [process.execPath, [file, ...words]];
  const options = { cwd: join(projectRoot(), 'client'), env: { PATH, HOME }, maxBuffer: 2 ** 26 };
  const { stdout } = await run(program, args, options);
  return join(folder, /[\w.-]+\.tgz/.exec(stdout)?.[0] ?? '');
}
