import type { Clock } from '../ports.ts';

/** Calls back every so many milliseconds, counted from the end of the last call. Returns a function that stops it. */
export function every(clock: Pick<Clock, 'after'>, ms: number, callback: () => void): () => void {
  let isStopped = false;
  let cancel = clock.after(ms, function again() {
    callback();
    if (!isStopped) cancel = clock.after(ms, again);
  });
  return () => {
    isStopped = true;
    cancel();
  };
}
