import { every } from '../../lib/every.ts';
import type { Clock, Log, Store } from '../../ports.ts';

/** A clock that goes by the database's until it is closed. */
export type SharedClock = Clock & { close(): void };

const askEveryMs = 10_000;

/**
 * The clock of a node that shares its database: `now` is the database's instant, carried on by the node's own monotonic clock and asked
 * for again every 10 s. So all nodes tell the same time, whatever their own clocks say, and one that is set does not jump.
 */
export async function openSharedClock({
  clock,
  store,
  log,
}: {
  clock: Clock;
  store: Store;
  log: Log;
}): Promise<SharedClock> {
  let known = await ask();
  const stopAsking = every(clock, askEveryMs, askAgain);

  /** What to add to the monotonic clock; the answer tells of a moment between question and arrival. */
  async function ask(): Promise<number> {
    const askedAt = clock.monotonic();
    const time = await store.time();
    return time - (askedAt + clock.monotonic()) / 2;
  }

  function askAgain(): void {
    ask().then(
      (offset) => {
        known = offset;
      },
      (error: unknown) => log.warn({ err: error }, 'The database did not tell the time; this node goes on by its own.'),
    );
  }

  return {
    ...clock,
    now: () => Math.floor(clock.monotonic() + known),
    close: stopAsking,
  };
}
