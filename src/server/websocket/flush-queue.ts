import type { Clock } from '../../ports.ts';

/** Work longer than this lets everything else have a turn first. */
const sliceMs = 4;

/** The clock is asked no more often than this. */
const visitsPerPoll = 16;

/** Visits things once each, in the order in which they were asked for. */
export interface Round<Thing> {
  /** To be asked for once until it has been visited. */
  visit(thing: Thing): void;
}

/**
 * Visits at the end of the turn of the event loop, when all that happened in it has been gathered; for 4 ms at a time, then again at the
 * end of the next turn: nobody's request waits until ten thousand sockets have been written to. `onIdle` is called when all have been.
 */
export function createRound<Thing>(
  visit: (thing: Thing) => void,
  onIdle: () => void,
  clock: Pick<Clock, 'monotonic'>,
): Round<Thing> {
  let waiting: Thing[] = [];
  let visited = 0;

  function work(): void {
    const until = clock.monotonic() + sliceMs;
    // What is asked for meanwhile joins the end.
    while (visited < waiting.length) {
      // Within bounds, as the line above says.
      const thing = waiting[visited] as Thing;
      visited += 1;
      visit(thing);
      if (visited % visitsPerPoll === 0 && clock.monotonic() >= until && visited < waiting.length) {
        setImmediate(work);
        return;
      }
    }
    waiting = [];
    visited = 0;
    onIdle();
  }

  return {
    visit(thing) {
      if (waiting.push(thing) === 1) setImmediate(work);
    },
  };
}
