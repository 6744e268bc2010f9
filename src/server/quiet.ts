import type { ExecutionResult } from 'graphql';

/** Stands for an operation that has not begun. */
export async function* noResults(): AsyncGenerator<never> {
  // There are none yet.
}

/** What graphql-ws is left to wait for where nothing more is to be said. Nothing else holds it, so whoever waits is collected. */
export function silence(): Promise<never> {
  return new Promise(() => undefined);
}

/** A stream of results that can be ended. */
interface Stream extends AsyncIterableIterator<ExecutionResult> {
  return(): Promise<IteratorResult<ExecutionResult>>;
}

/** A stream that does not tell of its end where the client has ended it: from then on its id may stand for another operation. */
export function quiet(results: AsyncIterable<ExecutionResult>): Stream {
  const iterator = results[Symbol.asyncIterator]();
  let left = false;
  return {
    async next() {
      const result = await iterator.next().catch((error: unknown) => {
        if (!left) throw error;
      });
      return left || result === undefined ? silence() : result;
    },
    async return() {
      left = true;
      return (await iterator.return?.()) ?? { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
