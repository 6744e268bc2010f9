import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { build } from 'esbuild';
import { projectRoot } from '../src/lib/package.ts';
import type { Answered, Verbs } from './process/verbs.ts';

/** A process of the benchmark, asked from this one. */
export interface Child<Of extends Verbs> {
  ask<Name extends keyof Of & string>(
    verb: Name,
    ...input: Parameters<Of[Name]>
  ): Promise<Awaited<ReturnType<Of[Name]>>>;
  /** The CPU time that it has used so far. */
  cpuMicros(): Promise<number>;
  end(): Promise<void>;
}

/** Programs that import peers, which are installed by bench/package.json. All others run on the packages that the gateway runs on. */
const withPeers = new Set(['server-apollo', 'server-mercurius']);

const built = new Map<string, Promise<string>>();

/** Where a program of `bench/process` lies as plain JavaScript, which is what is measured: as `npm start` builds it, with no loader between. */
function programOf(name: string): Promise<string> {
  const known = built.get(name) ?? bundle(name);
  built.set(name, known);
  return known;
}

async function bundle(name: string): Promise<string> {
  const packages = withPeers.has(name) ? join('bench', 'node_modules') : 'node_modules';
  const outfile = join(projectRoot(), packages, '.cache', 'reelgate', `bench-${name}.mjs`);
  await build({
    entryPoints: [join(projectRoot(), 'bench', 'process', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    // From where a source looks for the project's folder: bench has a package.json of its own, which is not the one that is meant.
    define: { 'import.meta.dirname': JSON.stringify(join(projectRoot(), 'src')) },
    logLevel: 'silent',
  });
  return outfile;
}

/** Starts a program of `bench/process`, which serves the verbs of type `Of`; fulfils when it answers. */
export async function openChild<Of extends Verbs>(name: string, ...argv: readonly string[]): Promise<Child<Of>> {
  const program = await programOf(name);
  const process = fork(program, argv, {
    // Peers warn of many listeners, of which there are many here.
    execArgv: ['--expose-gc', '--no-warnings'],
    env: { NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ask = createAsk(process);
  await ask('cpuMicros', undefined);
  return {
    // What a verb answers is what its type says: both sides are built from one source.
    ask: async (verb, ...[input]) => (await ask(verb, input)) as never,
    cpuMicros: async () => Number(await ask('cpuMicros', undefined)),
    async end() {
      const gone = process.exitCode === null ? once(process, 'exit') : Promise.resolve();
      process.kill('SIGKILL');
      await gone;
    },
  };
}

type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void };

function createAsk(process: ChildProcess): (verb: string, input: unknown) => Promise<unknown> {
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  process.on('message', ({ number, value, error }: Answered) => {
    const { resolve, reject } = waiting.get(number) ?? {};
    waiting.delete(number);
    if (error === undefined) resolve?.(value);
    else reject?.(new Error(error));
  });
  process.once('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`A process ended with ${code ?? signal}`));
  });
  return (verb, input) =>
    new Promise((resolve, reject) => {
      asked += 1;
      waiting.set(asked, { resolve, reject });
      process.send({ number: asked, verb, input });
    });
}
