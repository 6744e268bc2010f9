type Page = {
  addEventListener?(event: string, listener: () => void): void;
  removeEventListener?(event: string, listener: () => void): void;
};

/** Waits so many milliseconds; no longer than until `signal` aborts, or the browser reports that the network is back. */
export function wait(delayMs: number, signal?: AbortSignal): Promise<void> {
  // Only a browser has these events.
  const page = globalThis as Page;
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      page.removeEventListener?.('online', end);
      resolve();
    };
    const timer = setTimeout(end, delayMs);
    page.addEventListener?.('online', end);
    signal?.addEventListener('abort', end);
    if (signal?.aborted) end();
  });
}

/** How long to wait before attempt `attempt` (from 0): doubled each time, 10 s at most, and random so that clients spread out. */
export function backoffMs(attempt: number): number {
  return Math.min(10_000, 500 * 2 ** attempt) * (0.5 + Math.random() / 2);
}

/** Aborts `controller` with `signal`; returns what ends that. */
export function follow(signal: AbortSignal | undefined, controller: AbortController): () => void {
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  return () => signal?.removeEventListener('abort', abort);
}
