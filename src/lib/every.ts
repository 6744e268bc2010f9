import type { Clock } from '../ports.ts';

/** Calls back every so many milliseconds, counted anew from the end of each call. Returns how to stop that. */
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
