/**
 * The result of one read: new items in order. `last`: the view ends after them. `more`: another read at once would find more. `known`: what
 * was read and is not newer than the last item; a view keeps no items for refreshes.
 */
export type Snapshot<Item> = {
  readonly items: readonly Item[];
  readonly last?: boolean;
  readonly more?: boolean;
  readonly known?: Item;
};

/** Reads once. */
export type Read<Item> = () => Promise<Snapshot<Item>>;

/** Receives the items of a view. */
type Observer<Item> = {
  /** If it returns a promise, the next item waits for it. */
  readonly onItem: (item: Item) => Promise<void> | void;
  /** A refresh found nothing newer than the last item, but that again. A promise delays the next item, as in `onItem`. */
  readonly onUnchanged?: (item: Item) => Promise<void> | void;
  /** Called once: with null at the end, or with the error of a read or of the observer. */
  readonly onEnd: (error: unknown) => void;
};

/** A live view, read by iterating. `close()` frees it, and so does the end of the iteration. */
export interface View<Item> extends AsyncIterableIterator<Item> {
  /** Items that were read and not taken yet. */
  readonly buffered: readonly Item[];
  /** Pushes every item to an observer, instead of iterating. */
  each(observer: Observer<Item>): void;
  /** Reads again and calls `onUnchanged` if nothing is newer: for a view whose newest item is also sent to subscribers who join late. */
  refresh(): void;
  close(): void;
}

/** A view as the bell and the sweep see it. */
export type Wakeable = { readonly wake: () => void; readonly close: () => void };

/** Registers a view at the bell and the sweep. `enter` returns a function that deregisters it. */
export type Registry = { readonly enter: (view: Wakeable) => () => void; readonly onFault: (error: unknown) => void };

/**
 * A view's states. Only `pump` moves it; the bell, the sweep and the consumer (an iterator or an observer) set flags and call `pump`.
 *
 *   new ── first demand: registers ──► reading ── items ──► delivering ── all taken ──► idle
 *                                       ▲   │                                            │
 *                                       │   └── nothing newer ───────────────────────────┤
 *                                       └────── a ring, the sweep or a refresh ◄─────────┘
 *   any ── the last item taken, the first read failed, close() ──► closed: deregistered, the consumer gets the end or the error
 *
 * A ring during a read causes one more read afterwards. A ring without demand causes a read at the next demand.
 *
 * This is no async generator: a closed socket must free its listener at once, while `return()` of a generator waits for the pending
 * `await`.
 */
export function createView<Item>(read: Read<Item>, registry: Registry): View<Item> {
  const items: Item[] = [];
  const consumer = createConsumer<Item>(pump);
  let dirty = true;
  let isRefreshWanted = false;
  let isRefresh = false;
  let last = false;
  let hasRead = false;
  let closed = false;
  let isReading = false;
  let isWoken = false;
  let leave: (() => void) | null = null;

  const view: Wakeable = {
    wake() {
      dirty = true;
      if (isWoken || isReading) return;
      // Rings of the same turn share one read.
      isWoken = true;
      queueMicrotask(pump);
    },
    close() {
      closed = true;
      const leaving = leave;
      leave = null;
      leaving?.();
      pump();
    },
  };

  /** While the consumer wants an item: delivers a buffered one, or starts a read if there is none. */
  function pump(): void {
    isWoken = false;
    while (consumer.isWaiting()) {
      if (closed) consumer.end(null);
      else if (items.length > 0) consumer.deliver(items.shift() as Item);
      else if (last) view.close();
      else if (dirty && !isReading) startRead();
      else return;
    }
  }

  function startRead(): void {
    leave ??= registry.enter(view);
    isReading = true;
    dirty = false;
    isRefresh = isRefreshWanted;
    isRefreshWanted = false;
    read().then(take, fail);
  }

  function take(snapshot: Snapshot<Item>): void {
    items.push(...snapshot.items);
    last = snapshot.last ?? false;
    dirty ||= snapshot.more ?? false;
    hasRead = true;
    endRead(snapshot.known);
  }

  function fail(error: unknown): void {
    // A failed first read ends the view with the error. After a later one the view stays open, and the next sweep reads again.
    if (hasRead) registry.onFault(error);
    else {
      consumer.end(error);
      view.close();
    }
    endRead();
  }

  function endRead(known?: Item): void {
    isReading = false;
    if (isRefresh && items.length === 0 && known !== undefined) consumer.unchanged(known);
    pump();
  }

  return {
    buffered: items,
    next: () => new Promise((resolve, reject) => consumer.pull({ resolve, reject })),
    each: (observer) => consumer.observe(observer),
    refresh() {
      isRefreshWanted = true;
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

/** A call of `next()` that waits for its item. */
type Pull<Item> = {
  readonly resolve: (step: IteratorResult<Item>) => void;
  readonly reject: (error: unknown) => void;
};

/** The taking side of a view: pending `next()` calls or an observer. Calls `onDemand` when it can take an item. */
function createConsumer<Item>(onDemand: () => void) {
  const pulls: Pull<Item>[] = [];
  let observer: Observer<Item> | null = null;
  let isBusy = false;

  /** Ends all pulls and the observer; `error` is null at a regular end. */
  function end(error: unknown): void {
    const ended = observer;
    observer = null;
    for (const pull of pulls.splice(0)) {
      if (error === null) pull.resolve({ done: true, value: undefined });
      else pull.reject(error);
    }
    ended?.onEnd(error);
  }

  function resume(): void {
    isBusy = false;
    onDemand();
  }

  function waitFor(work: Promise<void> | void): void {
    if (!(work instanceof Promise)) return;
    isBusy = true;
    work.catch(end).finally(resume);
  }

  return {
    isWaiting: () => pulls.length > 0 || (observer !== null && !isBusy),
    end,
    /** A refresh found nothing newer. */
    unchanged(item: Item): void {
      try {
        waitFor(observer?.onUnchanged?.(item));
      } catch (error) {
        end(error);
      }
    },
    pull(pull: Pull<Item>): void {
      pulls.push(pull);
      onDemand();
    },
    observe(newObserver: Observer<Item>): void {
      observer = newObserver;
      onDemand();
    },
    deliver(item: Item): void {
      const pull = pulls.shift();
      if (pull !== undefined) {
        pull.resolve({ done: false, value: item });
        return;
      }
      try {
        waitFor(observer?.onItem(item));
      } catch (error) {
        end(error);
      }
    },
  };
}
