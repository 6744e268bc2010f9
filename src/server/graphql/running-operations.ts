/** Queries and mutations that run. A shutdown waits for them, because a mutation that has stored something must be answered. */
export interface RunningOperations {
  /** Counts an operation until its promise settles; returns the promise. */
  track<Value>(operation: Promise<Value>): Promise<Value>;
  /** Fulfils once none runs and the results have been handed on. */
  ended(): Promise<void>;
}

/** Counts running operations. */
export function createRunningOperations(): RunningOperations {
  const waiting: (() => void)[] = [];
  let running = 0;
  const end = () => {
    running -= 1;
    if (running > 0) return;
    // The result is sent in the same turn of the event loop.
    for (const resolve of waiting.splice(0)) setImmediate(resolve);
  };
  return {
    track(operation) {
      running += 1;
      operation.then(end, end);
      return operation;
    },
    ended: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => void waiting.push(resolve))),
  };
}
