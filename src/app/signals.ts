/** Who is told to stop, and how. */
export type StopHandlers = {
  /** Called once, with what asked for it. */
  readonly stop: (reason: string) => void;
  /** Called when it is asked for again by somebody who does not want to wait. */
  readonly hurry: () => void;
  /** Whether npm started this. Started otherwise, as by nohup, a process may outlive its parent. */
  readonly isRunByNpm: boolean;
};

/** One Ctrl-C may be heard twice: from the terminal, and from the npm that it reaches as well. */
const sameSignalMs = 500;

const parentAskedEveryMs = 250;

/**
 * Tells when the process is asked to stop: by SIGTERM, by SIGINT and, where npm started it, by the end of its parent. npx hands a signal
 * to the shell that it ran the command with, and a shell such as dash dies of it without a word to its child.
 */
export function listenForStop({ stop, hurry, isRunByNpm }: StopHandlers): void {
  let askedAt: number | null = null;
  const ask = (reason: string) => {
    if (askedAt !== null) {
      if (performance.now() - askedAt > sameSignalMs) hurry();
      return;
    }
    askedAt = performance.now();
    stop(reason);
  };
  process.on('SIGTERM', ask);
  process.on('SIGINT', ask);
  if (!isRunByNpm) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    if (askedAt === null) ask('the end of npm');
  }, parentAskedEveryMs);
  timer.unref();
}
