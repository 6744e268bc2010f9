// Installs the packages of a folder with its own package.json, which `npm install` leaves out: `node .ci/packages.mjs bench`.
// Does nothing if they are already installed; prints a sentence and fails if they cannot be.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const withinMs = 600_000;

const [name = ''] = process.argv.slice(2);
const folder = resolve(import.meta.dirname, '..', name);
const stamp = join(folder, 'node_modules', '.installed');
const wanted = fingerprint();
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) install();

/** A hash of the packages to install and the machine they are for. */
function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) hash.update(readFileSync(join(folder, file)));
  return hash.digest('hex');
}

function install() {
  console.error(`Installing the packages of ${name} …`);
  const words = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  // Under npm, npm_execpath is npm's own file. Otherwise the shell finds npm, on Windows as npm.cmd.
  const { npm_execpath: npm } = process.env;
  const [program, args] = npm === undefined ? ['npm', words] : [process.execPath, [npm, ...words]];
  const options = { cwd: folder, stdio: ['ignore', 2, 2], timeout: withinMs, shell: npm === undefined };
  const { status, signal } = spawnSync(program, args, options);
  if (status === 0) return writeFileSync(stamp, wanted);
  const how = signal === null ? `npm ended with ${status}` : `npm took more than ${withinMs / 60_000} minutes`;
  console.error(`The packages of ${name} could not be installed (${how}): the npm registry has to be reachable once.`);
  process.exitCode = 1;
}
