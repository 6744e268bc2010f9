import { every } from '../../lib/every.ts';
import type { Clock, Log, Store } from '../../ports.ts';

/** A clock that follows the database's clock until it is closed. */
export type SharedClock = Clock & { close(): void };

const syncIntervalMs = 10_000;

/**
 * Opens the clock of a node that shares its database. `now` is the database's time, read every 10 s and advanced by the node's own
 * monotonic clock. So all nodes have the same time, and setting a node's clock does not make it jump.
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
  let offsetMs = await readOffset();
  const stopSync = every(clock, syncIntervalMs, sync);

  /** What to add to the monotonic clock, in ms. It assumes that the database read its clock halfway through the query. */
  async function readOffset(): Promise<number> {
    const sentAt = clock.monotonic();
    const time = await store.time();
    return time - (sentAt + clock.monotonic()) / 2;
  }

  function sync(): void {
    readOffset().then(
      (offset) => {
        offsetMs = offset;
      },
      (error: unknown) =>
        log.warn({ err: error }, "The database's time could not be read; this node continues with its own clock."),
    );
  }

  return {
    ...clock,
    now: () => Math.floor(clock.monotonic() + offsetMs),
    close: stopSync,
  };
}
