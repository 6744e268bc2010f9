/** What one reading brought: items in order, whether it was the last, and whether reading again at once would bring more. */
export type Snapshot<Item> = { readonly items: readonly Item[]; readonly last?: boolean; readonly more?: boolean };

/** Reads once; one of the two is called, later. */
export type Read<Item> = (take: (snapshot: Snapshot<Item>) => void, fail: (error: unknown) => void) => void;

/** Who takes all that a view brings. */
type Observer<Item> = {
  /** Where it answers a promise, whatever comes next waits for that. */
  readonly onItem: (item: Item) => Promise<void> | void;
  /** A refresh brought nothing newer; as `onItem`. */
  readonly onUnchanged?: () => Promise<void> | void;
  /** Called once: with null at the end, else with what could not be read or shown. */
  readonly onEnd: (error: unknown) => void;
};

/** A live view: read by iterating; freed by `close()`, or by what iterating ends with. */
export interface View<Item> extends AsyncIterableIterator<Item> {
  /** What was read and has not been taken yet. */
  readonly buffered: readonly Item[];
  /** Has every item taken by functions, instead of by iterating. */
  each(observer: Observer<Item>): void;
  /** Reads again, and where that brings nothing newer has the taker told so: for one who shows the newest item to others, and is joined late. */
  refresh(): void;
  close(): void;
}

/** A view, from the side of what it waits for. */
export type Wakeable = { readonly wake: () => void; readonly close: () => void };

/** Where a view is registered: `enter` returns how to leave. */
export type Registry = { readonly enter: (view: Wakeable) => () => void; readonly onFault: (error: unknown) => void };

/**
 *   new ── first asked: registers ──► reading ── items ──► giving ── all taken ──► resting
 *                                      ▲   │                                         │
 *                                      │   └── nothing newer ────────────────────────┤
 *                                      └────── a ring, the sweep or a refresh ◄──────┘
 *   any ── the last item given, the first read failed, close() ──► closed: deregistered, whoever waits is told
 *
 * A ring while it reads has it read once more afterwards; what is rung for while nobody asks is read when somebody does. The bell, the
 * sweep and the taker only say what happened: `pump` alone moves the view.
 *
 * By hand, and without a promise for each reading: thousands of views are woken at once. (An async generator would also wait for its
 * pending `await` when it is ended; a closed socket must free its listener at once.)
 */
export function createView<Item>(read: Read<Item>, registry: Registry): View<Item> {
  const items: Item[] = [];
  const observers = createObservers<Item>(pump);
  let dirty = true;
  let isWanted = false;
  let isRefresh = false;
  let last = false;
  let begun = false;
  let closed = false;
  let isReading = false;
  let isWoken = false;
  let leave: (() => void) | null = null;

  const view: Wakeable = {
    wake() {
      dirty = true;
      if (isWoken || isReading) return;
      // Whatever rings in the same turn is read together.
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

  /** Goes on as far as it can: gives what is there to whoever waits, reads where there is nothing. */
  function pump(): void {
    isWoken = false;
    while (observers.areWaiting()) {
      if (closed) observers.end(null);
      else if (items.length > 0) observers.give(items.shift() as Item);
      else if (last) view.close();
      else if (dirty && !isReading) begin();
      else return;
    }
  }

  function begin(): void {
    leave ??= registry.enter(view);
    isReading = true;
    dirty = false;
    isRefresh = isWanted;
    isWanted = false;
    read(take, fail);
  }

  function take(snapshot: Snapshot<Item>): void {
    items.push(...snapshot.items);
    last = snapshot.last ?? false;
    dirty ||= snapshot.more ?? false;
    begun = true;
    settle();
  }

  function fail(error: unknown): void {
    // Before anything was shown the caller is told; later the view stays open, and the next sweep reads again.
    if (begun) registry.onFault(error);
    else {
      observers.end(error);
      view.close();
    }
    settle();
  }

  function settle(): void {
    isReading = false;
    if (isRefresh && items.length === 0) observers.unchanged();
    pump();
  }

  return {
    buffered: items,
    next: () => new Promise((resolve, reject) => observers.pull({ resolve, reject })),
    each: (observer) => observers.push(observer),
    refresh() {
      isWanted = true;
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

/** Who waits for one item. */
type Pull<Item> = {
  readonly resolve: (step: IteratorResult<Item>) => void;
  readonly reject: (error: unknown) => void;
};

/** Whoever takes a view's items; `goOn` is called when more can be given than before. */
function createObservers<Item>(goOn: () => void) {
  const pulls: Pull<Item>[] = [];
  let pusher: Observer<Item> | null = null;
  let isBusy = false;

  /** Tells all who wait; `error`: null at the end. */
  function end(error: unknown): void {
    const observer = pusher;
    pusher = null;
    for (const pull of pulls.splice(0)) {
      if (error === null) pull.resolve({ done: true, value: undefined });
      else pull.reject(error);
    }
    observer?.onEnd(error);
  }

  function shown(): void {
    isBusy = false;
    goOn();
  }

  function waitFor(showing: Promise<void> | void): void {
    if (!(showing instanceof Promise)) return;
    isBusy = true;
    showing.catch(end).finally(shown);
  }

  return {
    areWaiting: () => pulls.length > 0 || (pusher !== null && !isBusy),
    end,
    /** A refresh has brought nothing. */
    unchanged(): void {
      try {
        waitFor(pusher?.onUnchanged?.());
      } catch (error) {
        end(error);
      }
    },
    pull(pull: Pull<Item>): void {
      pulls.push(pull);
      goOn();
    },
    push(observer: Observer<Item>): void {
      pusher = observer;
      goOn();
    },
    give(item: Item): void {
      const pull = pulls.shift();
      if (pull !== undefined) {
        pull.resolve({ done: false, value: item });
        return;
      }
      try {
        waitFor(pusher?.onItem(item));
      } catch (error) {
        end(error);
      }
    },
  };
}
