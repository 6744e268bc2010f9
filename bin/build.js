// Rebuilds dist/ and dashboard/dist/ if their sources are newer. Plain JavaScript, like reelgate.js.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with package.json. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
/** The built program. */
export const entry = join(dist, 'src', 'main.js');
const buildConfig = join(root, 'tsconfig.build.json');
const dashboard = join(root, 'dashboard');
const page = join(dashboard, 'dist', 'index.html');
const lock = join(root, 'dist.turn');

/** Builds dist/ if it is missing or older than its sources. Returns null, or why there is nothing to run. */
export function staleDist() {
  const isPackaged = !existsSync(buildConfig);
  if (!isPackaged && isFresh()) return null;
  const compiler = isPackaged ? null : compilerPath();
  if (compiler !== null) return unlessReadOnly(() => build(compiler));
  if (existsSync(entry)) return null;
  return isPackaged
    ? 'This copy of Reelgate has no dist/ folder: install it again.'
    : 'Reelgate is not built, and TypeScript, which builds it, is not installed: run "npm install" (without --omit=dev) first.';
}

/** Builds. In a read-only folder the previous build is used. Returns null, or why there is nothing to run. */
function unlessReadOnly(build) {
  try {
    return build();
  } catch (error) {
    if (!['EROFS', 'EACCES', 'EPERM'].includes(error.code)) throw error;
    const problem = `${root} cannot be written to`;
    if (!existsSync(entry))
      return `${problem}, and Reelgate is not built: run "npm run build" with write access first.`;
    console.error(`${problem}: the previous build runs, although it may be older than its sources.`);
    return null;
  }
}

/** Whether dist/ contains the output of exactly the current sources, none older than any of them. */
function isFresh() {
  try {
    const sources = filesIn(root, '.ts');
    const outputs = filesIn(dist, '.js');
    if (sources.join().replaceAll('.ts', '.js') !== outputs.join()) return false;
    const inputs = [...sources, 'package.json', 'tsconfig.json', 'tsconfig.build.json'];
    const newestInput = Math.max(...inputs.map((file) => modifiedAt(join(root, file))));
    return outputs.every((file) => modifiedAt(join(dist, file)) >= newestInput);
  } catch (error) {
    // Another start is replacing dist/ at this moment.
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

function filesIn(folder, suffix) {
  return ['schema', 'src']
    .filter((room) => existsSync(join(folder, room)))
    .flatMap((room) => readdirSync(join(folder, room), { recursive: true }).map((file) => join(room, file)))
    .filter((file) => file.endsWith(suffix))
    .sort();
}

function modifiedAt(file) {
  return statSync(file).mtimeMs;
}

/** The path of TypeScript's compiler; null if only production packages are installed. */
function compilerPath() {
  return resolved('typescript/bin/tsc');
}

/** The path of a file of a package; null if the package is not installed. */
function resolved(name) {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return null;
  }
}

/** Builds next to dist/ and then replaces it, so that nobody ever loads half a build. Returns null, or why it failed. */
function build(compiler) {
  takeLock();
  try {
    return isFresh() ? null : compile(compiler);
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function compile(compiler) {
  console.error('Building Reelgate …');
  removeLeftovers(root);
  const built = `${dist}.${process.pid}`;
  const options = ['--project', buildConfig, '--outDir', built];
  const { status } = spawnSync(process.execPath, [compiler, ...options], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status === 0) putInPlace(built);
  rmSync(built, { recursive: true, force: true });
  return status === 0 ? null : 'Reelgate was not started: its sources do not compile (see above).';
}

/** Builds the dashboard if it is missing or older than its sources. If that fails, the gateway serves a page that explains it. */
export function refreshDashboard() {
  const isPackaged = !existsSync(join(dashboard, 'vite.config.ts'));
  const manifest = resolved('vite/package.json');
  if (isPackaged || manifest === null || isDashboardFresh()) return;
  unlessReadOnly(() => {
    takeLock();
    try {
      if (!isDashboardFresh()) buildDashboard(join(dirname(manifest), 'bin', 'vite.js'));
      return null;
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  });
}

function isDashboardFresh() {
  if (!existsSync(page)) return false;
  // The dashboard is built on the kit's sources.
  const sources = ['src', '../client/src'].flatMap((room) =>
    readdirSync(join(dashboard, room), { recursive: true }).map((file) => join(room, file)),
  );
  const configs = ['index.html', 'vite.config.ts', 'kit.ts', '../package.json'];
  const inputs = [...sources, ...configs].map((file) => join(dashboard, file));
  return inputs.every((file) => modifiedAt(file) <= modifiedAt(page));
}

function buildDashboard(vite) {
  console.error('Building the dashboard …');
  removeLeftovers(dashboard);
  const built = join(dashboard, `dist.${process.pid}`);
  const options = ['--config', join(dashboard, 'vite.config.ts'), '--outDir', built, '--logLevel', 'warn'];
  // A shell or a test runner may have set another mode, in which React's development build would be served.
  const env = { ...process.env, NODE_ENV: 'production' };
  const { status } = spawnSync(process.execPath, [vite, 'build', ...options], {
    cwd: root,
    env,
    stdio: ['ignore', 2, 2],
  });
  if (status === 0) {
    rmSync(dirname(page), { recursive: true, force: true });
    renameSync(built, dirname(page));
  } else console.error('The dashboard could not be built (see above); the gateway starts without a new one.');
  rmSync(built, { recursive: true, force: true });
}

/** Waits until no other start is building. The lock is a folder, which only one process can create; a dead process's lock is removed. */
function takeLock() {
  for (;;) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, 'pid'), String(process.pid));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (isAbandoned(lock)) rmSync(lock, { recursive: true, force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
}

/** Whether the process that created the lock is dead, or died before it wrote its pid. */
function isAbandoned(folder) {
  try {
    const owner = join(folder, 'pid');
    // A restarted container may give this process the pid of the one that was killed while it built.
    const pid = existsSync(owner) ? Number(readFileSync(owner, 'utf8')) : null;
    if (pid !== null) return pid === process.pid || !isRunning(pid);
    return Date.now() - modifiedAt(folder) > 5000;
  } catch (error) {
    // The lock has just been removed.
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

/** Replaces dist/, unless another start has done so meanwhile. */
function putInPlace(built) {
  const outdated = `${built}.old`;
  for (let attempt = 1; !isFresh(); attempt += 1) {
    try {
      if (existsSync(dist)) renameSync(dist, outdated);
      renameSync(built, dist);
      break;
    } catch (error) {
      // A rename fails if another start has just replaced dist/: check again.
      if (attempt === 5) throw error;
    }
  }
  rmSync(outdated, { recursive: true, force: true });
}

/** Removes the output of builds that were killed. */
function removeLeftovers(folder) {
  for (const name of readdirSync(folder)) {
    const pid = /^dist\.(\d+)/.exec(name)?.[1];
    if (pid && !isRunning(Number(pid))) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
