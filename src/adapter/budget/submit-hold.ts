import type { Budget } from '../../ports.ts';

/** What a 429 to a submit holds back: this node's submits, until the latest of the instants it was told. Other nodes meet their own. */
export function createSubmitHold(): Pick<Budget, 'pauseSubmitsUntil' | 'submitsFrom'> {
  let until = 0;
  return {
    pauseSubmitsUntil(at) {
      until = Math.max(until, at);
    },
    submitsFrom: () => until,
  };
}
