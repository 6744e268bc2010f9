import { every } from '../lib/every.ts';
import type { Bell, Clock, Log } from '../ports.ts';
import { createView, type Read, type View, type Wakeable } from './view.ts';

/** Opens live views of the topics of a bell. */
export interface Views {
  /**
   * A view listens to the bell from the first demand on, reads, and reads again after every ring. Rings coalesce, so a slow consumer
   * costs one read of the newest state. Closing frees its listener at once, even during a read.
   */
  open<Item>(topic: string, read: Read<Item>): View<Item>;
  /** Ends every view and the sweep. */
  close(): void;
}

/** Every view reads again this often, so a lost ring delays a state by no more. */
const sweepMs = 5000;

/** Views that share one sweep. */
export function createViews({
  bell,
  clock,
  log,
}: {
  readonly bell: Bell;
  readonly clock: Clock;
  readonly log: Log;
}): Views {
  const views = new Set<Wakeable>();
  const stopSweep = every(clock, sweepMs, () => {
    for (const view of views) view.wake();
  });

  const open = <Item>(topic: string, read: Read<Item>): View<Item> =>
    createView(read, {
      enter(view) {
        views.add(view);
        const stopListening = bell.listen(topic, view.wake);
        return () => {
          views.delete(view);
          stopListening();
        };
      },
      onFault: (error) =>
        log.warn({ err: error, topic }, 'A live view could not be read; the next sweep reads it again.'),
    });

  return {
    open,
    close() {
      stopSweep();
      for (const view of views) view.close();
    },
  };
}
