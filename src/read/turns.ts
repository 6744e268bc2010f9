/** Waits for a place in this turn of the event loop, or in the next that has one. */
export type NextPlace = () => Promise<void>;

/**
 * Gives out places in the order in which they are asked for, at most `perTurn` in each turn of the event loop. A flood of rings is then
 * read in portions: what one brings has been executed and written to the sockets, and is garbage, before most of the others are read, and
 * requests have their turns in between.
 */
export function createTurns(perTurn: number): NextPlace {
  const waiting: (() => void)[] = [];
  let left = perTurn;
  let isScheduled = false;

  /** Begins a turn. */
  function begin(): void {
    isScheduled = false;
    const ready = waiting.splice(0, perTurn);
    left = perTurn - ready.length;
    if (ready.length > 0) schedule();
    for (const enter of ready) enter();
  }

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(begin);
  }

  return () => {
    schedule();
    if (left === 0) return new Promise((resolve) => void waiting.push(resolve));
    left -= 1;
    return Promise.resolve();
  };
}
