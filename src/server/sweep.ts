import type { Clock } from '../ports.ts';

const everyMs = 1000;

/** Calls `visit` every second: one timer for all open connections rather than some for each. Returns how to stop it. */
export function openSweep(clock: Clock, visit: () => void): () => void {
  let cancel = clock.after(everyMs, function again() {
    visit();
    cancel = clock.after(everyMs, again);
  });
  return () => cancel();
}
