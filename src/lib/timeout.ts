import type { Clock } from '../ports.ts';

/** Settles as the promise does, or fulfils with `late` after so many milliseconds. */
export function withTimeout<Value>(
  promise: Promise<Value>,
  ms: number,
  clock: Pick<Clock, 'after'>,
): Promise<Value | 'late'> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => resolve('late'));
    promise.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: Error) => {
        cancel();
        reject(error);
      },
    );
  });
}
