import type { Bell, Clock, Log } from './ports.ts';

/** What one reading brought: items in order, whether it was the last, and whether reading again at once would bring more. */
export type Reading<Item> = { readonly items: readonly Item[]; readonly last?: boolean; readonly more?: boolean };

/** A live view: read by iterating; freed by `close()`, or by what iterating ends with. */
export interface View<Item> extends AsyncIterableIterator<Item> {
  /** What was read and has not been taken yet. */
  readonly atHand: readonly Item[];
  /** Takes the first of that; undefined where there is none, or the view is closed. */
  take(): Item | undefined;
  /** Reads again, and where that brings nothing newer shows the newest item once more, the very same object: for one who joins late. */
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
  /** Ends every view and the sweep. */
  close(): void;
}

/** Every view reads again this often, rung or not: a lost ring delays a state by no more. */
const sweepMs = 5000;

type Wakeable = { readonly wake: () => void; readonly close: () => void };

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
  let stopSweep = sweepLater();

  function sweepLater(): () => void {
    return clock.after(sweepMs, () => {
      for (const view of views) view.wake();
      stopSweep = sweepLater();
    });
  }

  return {
    open: (topic, read) =>
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
      }),
    close() {
      stopSweep();
      for (const view of views) view.close();
    },
  };
}

/** Where a view is registered: `enter` returns how to leave. */
type Registry = { readonly enter: (view: Wakeable) => () => void; readonly onFault: (error: unknown) => void };

/** An iterator by hand: an async generator's `return()` would wait for its pending `await`, and a closed socket must free its listener at once. */
function createView<Item>(read: () => Promise<Reading<Item>>, registry: Registry): View<Item> {
  const items: Item[] = [];
  let newest: Item | null = null;
  let dirty = true;
  let mustShow = false;
  let last = false;
  let begun = false;
  let closed = false;
  let resume: (() => void) | null = null;
  let leave: (() => void) | null = null;

  const view: Wakeable = {
    wake() {
      dirty = true;
      resume?.();
      resume = null;
    },
    close() {
      closed = true;
      leave?.();
      resume?.();
    },
  };

  async function refill(): Promise<void> {
    const isRefresh = mustShow;
    dirty = false;
    mustShow = false;
    try {
      const reading = await read();
      items.push(...reading.items);
      last = reading.last ?? false;
      dirty ||= reading.more ?? false;
      begun = true;
    } catch (error) {
      // Before anything was shown the caller is told; later the view stays open, and the next sweep reads again.
      if (!begun) {
        view.close();
        throw error;
      }
      registry.onFault(error);
    }
    if (isRefresh && newest !== null && items.length === 0) items.push(newest);
    newest = items.at(-1) ?? newest;
  }

  const rung = () =>
    new Promise<void>((resolve) => {
      resume = resolve;
    });

  async function next(): Promise<IteratorResult<Item>> {
    if (!closed) leave ??= registry.enter(view);
    while (!closed) {
      const item = items.shift();
      if (item !== undefined) return { done: false, value: item };
      if (last) view.close();
      else if (dirty) await refill();
      else await rung();
      resume = null;
    }
    return { done: true, value: undefined };
  }

  return {
    atHand: items,
    take: () => (closed ? undefined : items.shift()),
    next,
    refresh() {
      mustShow = true;
      view.wake();
    },
    close: view.close,
    return() {
      view.close();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
