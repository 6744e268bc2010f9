import type { Clock } from '../../ports.ts';

/** After this long, everything else in the event loop has a turn first. */
const sliceMs = 4;

const flushesPerClockRead = 16;

/** Flushes things once each, in the order in which they were scheduled. */
export interface FlushQueue<Thing> {
  /** Schedule a thing once; it may be scheduled again after its flush. */
  schedule(thing: Thing): void;
}

/**
 * Flushes queued things at the end of the event-loop turn, at most 4 ms per turn, so that a broadcast to 10,000 sockets does not block
 * requests. `onIdle` is called when the queue is empty.
 */
export function createFlushQueue<Thing>(
  flush: (thing: Thing) => void,
  onIdle: () => void,
  clock: Pick<Clock, 'monotonic'>,
): FlushQueue<Thing> {
  let queued: Thing[] = [];
  let flushed = 0;

  function work(): void {
    const until = clock.monotonic() + sliceMs;
    // A flush may schedule more, which joins the end.
    while (flushed < queued.length) {
      // The loop's condition keeps it within bounds.
      const thing = queued[flushed] as Thing;
      flushed += 1;
      flush(thing);
      if (flushed % flushesPerClockRead === 0 && clock.monotonic() >= until && flushed < queued.length) {
        setImmediate(work);
        return;
      }
    }
    queued = [];
    flushed = 0;
    onIdle();
  }

  return {
    schedule(thing) {
      if (queued.push(thing) === 1) setImmediate(work);
    },
  };
}
