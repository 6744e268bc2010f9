import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import type { Clock } from '../../ports.ts';

/** What a program may use. */
type ProcessLimits = {
  readonly withinMs: number;
  readonly cpuSeconds: number;
  /** Kibibytes of addresses; null for a program that reserves more than it uses, as Node does. */
  readonly addressKib: number | null;
  /** Whether it has this process’s priority; else a lower one, which a busy machine still runs at times. */
  readonly isUrgent: boolean;
};

/** How a program ended. `output`: the begin of what it printed. */
export type ProcessEnd = { readonly kind: 'done' | 'failed' | 'absent'; readonly output: string };

/** Runs programs of this machine on files that may hold anything. */
export interface LimitedProcesses {
  /** Runs a program to its end. Never rejects. */
  run(program: string, args: readonly string[], limits: ProcessLimits): Promise<ProcessEnd>;
  /** Kills what is under way and starts nothing more. */
  close(): Promise<void>;
}

/** A shell's exit code for a program that is not there. */
const notFound = 127;

const maxOutput = 10_000;

/** No program runs at first. */
export function createLimitedProcesses(clock: Pick<Clock, 'after'>): LimitedProcesses {
  const underWay = new Map<() => void, Promise<ProcessEnd>>();
  let isClosed = false;

  return {
    async run(program, args, limits) {
      if (isClosed) return { kind: 'failed', output: '' };
      const child = start(program, args, limits);
      const kill = () => void child.kill('SIGKILL');
      const end = new Promise<ProcessEnd>((resolve) => {
        let output = '';
        child.stdout.on('data', (chunk: Buffer) => {
          if (output.length < maxOutput) output += chunk.toString();
        });
        child.once('error', (error) => {
          resolve({ kind: 'code' in error && error.code === 'ENOENT' ? 'absent' : 'failed', output: '' });
        });
        child.once('close', (code) => {
          resolve({ kind: code === 0 ? 'done' : code === notFound ? 'absent' : 'failed', output });
        });
      });
      underWay.set(kill, end);
      const cancel = clock.after(limits.withinMs, kill);
      const result = await end;
      cancel();
      underWay.delete(kill);
      return result;
    },
    async close() {
      isClosed = true;
      for (const kill of underWay.keys()) kill();
      await Promise.all(underWay.values());
    },
  };
}

/** Where there is a shell, it sets the limits and leaves out this process's settings, among which are keys. */
function start(program: string, args: readonly string[], { cpuSeconds, addressKib, isUrgent }: ProcessLimits) {
  const memory = addressKib === null ? '' : `ulimit -v ${addressKib}; `;
  const limited = `${memory}ulimit -t ${cpuSeconds}; ulimit -c 0; exec env -i PATH="$PATH" "$@"`;
  const [command, all] =
    process.platform === 'win32' ? [program, args] : ['/bin/sh', ['-c', limited, 'sh', program, ...args]];
  const child = spawn(command, all, { stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true });
  try {
    if (!isUrgent && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or the machine has no priorities.
  }
  return child;
}
