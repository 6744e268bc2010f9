import { every } from './deadline.ts';
import type { Bell, Clock, Log } from './ports.ts';
import { createView, type Wakeable } from './view-iterator.ts';

/** What one reading brought: items in order, whether it was the last, and whether reading again at once would bring more. */
export type Reading<Item> = { readonly items: readonly Item[]; readonly last?: boolean; readonly more?: boolean };

/** Reads once; one of the two is called, later. */
export type Read<Item> = (take: (reading: Reading<Item>) => void, fail: (error: unknown) => void) => void;

/** Who takes all that a view brings. */
export type Taker<Item> = {
  /** Where it answers a promise, whatever comes next waits for that. */
  readonly onItem: (item: Item) => Promise<void> | void;
  /** A refresh brought nothing newer; as `onItem`. */
  readonly onStill?: () => Promise<void> | void;
  /** Called once: with null at the end, else with what could not be read or shown. */
  readonly onEnd: (error: unknown) => void;
};

/** A live view: read by iterating; freed by `close()`, or by what iterating ends with. */
export interface View<Item> extends AsyncIterableIterator<Item> {
  /** What was read and has not been taken yet. */
  readonly atHand: readonly Item[];
  /** Has every item taken by functions, instead of by iterating. */
  each(taker: Taker<Item>): void;
  /** Reads again, and where that brings nothing newer has the taker told so: for one who shows the newest item to others, and is joined late. */
  refresh(): void;
  close(): void;
}

/** Opens live views of what one bell rings for. */
export interface Views {
  /**
   * A view: registers at the bell when it is first asked, reads, and reads again after every ring. Rings coalesce, so a slow reader
   * costs one reading of the newest state. Closing frees its listener at once, also while a reading is under way.
   */
  open<Item>(topic: string, read: () => Promise<Reading<Item>>): View<Item>;
  /** The same for what is read by callback. */
  openDirect<Item>(topic: string, read: Read<Item>): View<Item>;
  /** Ends every view and the sweep. */
  close(): void;
}

/** Every view reads again this often, rung or not: a lost ring delays a state by no more. */
const sweepMs = 5000;

/** Views with one sweep between them. */
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

  const openDirect = <Item>(topic: string, read: Read<Item>): View<Item> =>
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
        log.warn({ err: error, topic }, 'A live view could not be read; it is read again at the next sweep.'),
    });

  return {
    openDirect,
    open: (topic, read) => openDirect(topic, (take, fail) => void read().then(take, fail)),
    close() {
      stopSweep();
      for (const view of views) view.close();
    },
  };
}
