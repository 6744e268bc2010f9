/** How to react to requests to stop the process. */
export type StopHandlers = {
  /** Called once, with the signal or `the end of npm`. */
  readonly stop: (reason: string) => void;
  /** Called at a second request, by somebody who does not want to wait. */
  readonly hurry: () => void;
  /** Whether npm started this process. Without npm, for example under nohup, a process may outlive its parent. */
  readonly isRunByNpm: boolean;
};

/** One Ctrl-C may cause two signals: one from the terminal and one from npm, which gets it as well. */
const sameSignalMs = 500;

const parentAskedEveryMs = 250;

/**
 * Calls `stop` at SIGTERM, at SIGINT and, if npm started the process, when its parent ends: npm and npx send a signal to the shell that
 * runs the command, and some shells (dash) die without passing it to their child.
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
