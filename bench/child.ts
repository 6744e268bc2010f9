import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { build } from 'esbuild';
import { projectRoot } from '../src/lib/package.ts';
import type { CommandResponse, Commands } from './process/commands.ts';
import { asVariant, type Variant } from './variant.ts';

/** A benchmark process, called from this one. */
export interface Child<Of extends Commands> {
  ask<Name extends keyof Of & string>(
    command: Name,
    ...input: Parameters<Of[Name]>
  ): Promise<Awaited<ReturnType<Of[Name]>>>;
  /** The CPU time that it has used so far. */
  cpuMicros(): Promise<number>;
  /** Begins a profile of its CPU time. */
  beginProfile(): Promise<void>;
  /** Ends the profile and writes it to a file, which Chrome's developer tools open. */
  endProfile(file: string): Promise<void>;
  /** Begins a profile of what it allocates and keeps. */
  beginHeapProfile(): Promise<void>;
  endHeapProfile(file: string): Promise<void>;
  heapSnapshot(file: string): Promise<void>;
  memoryUsage(): Promise<Readonly<Record<string, number>>>;
  end(): Promise<void>;
}

/** Programs that import peers, which bench/package.json installs. All others use the gateway's own packages. */
const withPeers = new Set(['server-apollo', 'server-mercurius', 'server-yoga']);

const built = new Map<string, Promise<string>>();

/** Where a program of `bench/process` is as plain JavaScript. The benchmark runs the same build as `npm start`, without a loader. */
function programOf(name: string, variant: Variant | null): Promise<string> {
  const key = variant === null ? name : `${name}-${variant.name}`;
  const known = built.get(key) ?? bundle(name, key, variant);
  built.set(key, known);
  return known;
}

async function bundle(name: string, key: string, variant: Variant | null): Promise<string> {
  const packages = withPeers.has(name) ? join('bench', 'node_modules') : 'node_modules';
  const outfile = join(projectRoot(), packages, '.cache', 'reelgate', `bench-${key}.mjs`);
  await build({
    entryPoints: [join(projectRoot(), 'bench', 'process', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    // Sources search the project's folder from here; bench's own package.json must not be found instead.
    define: { 'import.meta.dirname': JSON.stringify(join(projectRoot(), 'src')) },
    plugins: variant === null ? [] : [asVariant(variant)],
    logLevel: 'silent',
  });
  return outfile;
}

/** Starts a program of `bench/process` with the commands of type `Of`; fulfils when it responds. */
export function openChild<Of extends Commands>(name: string, ...argv: readonly string[]): Promise<Child<Of>> {
  return openVariant(name, null, ...argv);
}

/** The same with some of its source replaced. */
export async function openVariant<Of extends Commands>(
  name: string,
  variant: Variant | null,
  ...argv: readonly string[]
): Promise<Child<Of>> {
  const program = await programOf(name, variant);
  const process = fork(program, argv, {
    // Peers warn about many listeners, which are normal here.
    execArgv: ['--expose-gc', '--no-warnings'],
    env: { NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ask = createAsk(process);
  await ask('cpuMicros', undefined);
  return {
    // The result has the command's type, because both sides are built from the same source.
    ask: async (command, ...[input]) => (await ask(command, input)) as never,
    cpuMicros: async () => Number(await ask('cpuMicros', undefined)),
    beginProfile: async () => void (await ask('beginProfile', undefined)),
    endProfile: async (file) => void (await ask('endProfile', file)),
    beginHeapProfile: async () => void (await ask('beginHeapProfile', undefined)),
    endHeapProfile: async (file) => void (await ask('endHeapProfile', file)),
    heapSnapshot: async (file) => void (await ask('heapSnapshot', file)),
    memoryUsage: async () => (await ask('memoryUsage', undefined)) as Readonly<Record<string, number>>,
    async end() {
      const gone = process.exitCode === null ? once(process, 'exit') : Promise.resolve();
      process.kill('SIGKILL');
      await gone;
    },
  };
}

type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void };

function createAsk(process: ChildProcess): (command: string, input: unknown) => Promise<unknown> {
  const waiting = new Map<number, Waiting>();
  let lastNumber = 0;
  process.on('message', ({ number, value, error }: CommandResponse) => {
    const { resolve, reject } = waiting.get(number) ?? {};
    waiting.delete(number);
    if (error === undefined) resolve?.(value);
    else reject?.(new Error(error));
  });
  process.once('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`A process ended with ${code ?? signal}`));
  });
  return (command, input) =>
    new Promise((resolve, reject) => {
      lastNumber += 1;
      waiting.set(lastNumber, { resolve, reject });
      process.send({ number: lastNumber, command, input });
    });
}
