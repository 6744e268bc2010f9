/** Requests, queries and mutations that run. A shutdown waits for them: a mutation that has stored something must be answered. */
export interface RunningOperations {
  /** Counts one more. Returns a function that ends it, once. */
  begin(): () => void;
  /** Fulfils once none runs and the results have been handed on. */
  ended(): Promise<void>;
}

/** Counts running operations. */
export function createRunningOperations(): RunningOperations {
  const waiting: (() => void)[] = [];
  const running = new Set<() => void>();
  return {
    begin() {
      const end = () => {
        running.delete(end);
        if (running.size > 0) return;
        // The result is sent in the same turn of the event loop.
        for (const resolve of waiting.splice(0)) setImmediate(resolve);
      };
      running.add(end);
      return end;
    },
    ended: () => (running.size === 0 ? Promise.resolve() : new Promise((resolve) => void waiting.push(resolve))),
  };
}
