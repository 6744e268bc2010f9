import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second. */
const tickMs = 10;

type Times = { readonly parent: number; readonly ownMs: number; readonly endedChildrenMs: number };

/** The CPU time of a process and its children, running and ended, in milliseconds. Linux only. */
export function cpuMsOf(pid: number): number {
  const { ownMs, endedChildrenMs } = timesOf(pid);
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && timesOf(Number(name)).parent === pid);
  return ownMs + endedChildrenMs + children.reduce((sum, child) => sum + timesOf(Number(child)).ownMs, 0);
}

function timesOf(pid: number): Times {
  try {
    // The name in parentheses may contain anything; the numbers follow it (proc(5): state, ppid, …, utime, stime, cutime, cstime).
    const [, ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const [parent = 0, user = 0, system = 0, childUser = 0, childSystem = 0] = [0, 10, 11, 12, 13].map((at) =>
      Number(fields[at]),
    );
    return { parent, ownMs: (user + system) * tickMs, endedChildrenMs: (childUser + childSystem) * tickMs };
  } catch {
    return { parent: 0, ownMs: 0, endedChildrenMs: 0 };
  }
}
