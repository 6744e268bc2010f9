import type { Clock } from '../../ports.ts';

/** Work longer than this lets everything else have a turn first. */
const sliceMs = 4;

/** The clock is asked no more often than this. */
const flushesPerClockRead = 16;

/** Visits things once each, in the order in which they were asked for. */
export interface FlushQueue<Thing> {
  /** To be asked for once until it has been visited. */
  schedule(thing: Thing): void;
}

/**
 * Visits at the end of the turn of the event loop, when all that happened in it has been gathered; for 4 ms at a time, then again at the
 * end of the next turn: nobody's request waits until ten thousand sockets have been written to. `onIdle` is called when all have been.
 */
export function createFlushQueue<Thing>(
  schedule: (thing: Thing) => void,
  onIdle: () => void,
  clock: Pick<Clock, 'monotonic'>,
): FlushQueue<Thing> {
  let waiting: Thing[] = [];
  let flushed = 0;

  function work(): void {
    const until = clock.monotonic() + sliceMs;
    // What is asked for meanwhile joins the end.
    while (flushed < waiting.length) {
      // Within bounds, as the line above says.
      const thing = waiting[flushed] as Thing;
      flushed += 1;
      schedule(thing);
      if (flushed % flushesPerClockRead === 0 && clock.monotonic() >= until && flushed < waiting.length) {
        setImmediate(work);
        return;
      }
    }
    waiting = [];
    flushed = 0;
    onIdle();
  }

  return {
    schedule(thing) {
      if (waiting.push(thing) === 1) setImmediate(work);
    },
  };
}
