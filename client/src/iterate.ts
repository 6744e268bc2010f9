import { follow } from './wait.ts';

/** Pushes items until it fulfils or rejects. It ends soon after `signal` aborts. */
export type Source<Item> = (push: (item: Item) => void, signal: AbortSignal) => Promise<void>;

type Step<Item> =
  | { readonly kind: 'item'; readonly item: Item }
  | { readonly kind: 'end' }
  | { readonly kind: 'error'; readonly error: Error };

/**
 * The items of a source, from the first `next` on. Ends with the source, and without an error as soon as `outer` aborts. Stops the source
 * if the loop over it ends early. `newest`: a slow reader gets only the newest item.
 */
export async function* iterate<Item>(
  source: Source<Item>,
  outer: AbortSignal | undefined,
  newest = false,
): AsyncGenerator<Item, void, void> {
  const controller = new AbortController();
  const { signal } = controller;
  const isAborted = () => signal.aborted;
  const unfollow = follow(outer, controller);
  const queue: Step<Item>[] = [];
  let wake: () => void = () => undefined;
  signal.addEventListener('abort', () => wake());
  const push = (step: Step<Item>) => {
    if (newest && step.kind === 'item') queue.length = 0;
    queue.push(step);
    wake();
  };
  try {
    if (isAborted()) return;
    source((item) => push({ kind: 'item', item }), signal).then(
      () => push({ kind: 'end' }),
      (error: Error) => push({ kind: 'error', error }),
    );
    while (!isAborted()) {
      const step = queue.shift();
      if (step?.kind === 'error') throw step.error;
      if (step?.kind === 'end') return;
      if (step !== undefined) yield step.item;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    controller.abort();
    unfollow();
  }
}
