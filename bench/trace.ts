/** Tasks of a page's main thread, read from a trace of Chromium. Times are in ms. */
export type Tasks = {
  over(ms: number, by: 'wall' | 'cpu'): number;
  longest(by: 'wall' | 'cpu'): number;
  sum(by: 'wall' | 'cpu'): number;
};

type Event = {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds: of the clock, and of the thread's CPU. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
};

/** Reads the tasks of the busiest page in a trace. Throws if the trace has none. */
export function readTasks(trace: Buffer): Tasks {
  const { traceEvents: events }: { traceEvents: readonly Event[] } = JSON.parse(trace.toString());
  const mains = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  const byThread = new Map<string, Event[]>();
  for (const event of events) {
    const thread = `${event.pid}/${event.tid}`;
    if (event.name !== 'ThreadControllerImpl::RunTask' || event.ph !== 'X' || !mains.has(thread)) continue;
    const own = byThread.get(thread) ?? [];
    own.push(event);
    byThread.set(thread, own);
  }
  const [tasks] = [...byThread.values()].toSorted((a, b) => b.length - a.length);
  if (tasks === undefined) throw new Error('The trace has no task of a page.');
  const times = {
    wall: tasks.map(({ dur = 0 }) => dur / 1000),
    cpu: tasks.map(({ tdur = 0 }) => tdur / 1000),
  };
  return {
    over: (ms, by) => times[by].filter((each) => each > ms).length,
    longest: (by) => Math.max(...times[by]),
    sum: (by) => times[by].reduce((sum, each) => sum + each, 0),
  };
}
