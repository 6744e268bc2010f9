import { setImmediate } from 'node:timers/promises';

/** Virtual time: planned callbacks in order. Callbacks of the same instant run in the order in which they were planned. */
export interface Timeline {
  now(): number;
  /** Plans a callback; returns a function that cancels it. */
  at(instant: number, happen: () => void): () => void;
  /** Lets time pass until an instant, or until nothing is planned before it. */
  runUntil(instant: number): Promise<void>;
  /** A promise that fulfils after that time. */
  wait(ms: number): Promise<void>;
}

type Plan = { readonly instant: number; readonly order: number; readonly happen: () => void; off: boolean };

/** Creates a timeline that starts at `startAt`, in epoch milliseconds. */
export function createTimeline(startAt: number): Timeline {
  let now = startAt;
  let order = 0;
  const plans: Plan[] = [];

  /** Keeps the list sorted: histories plan few things far ahead, so inserting is cheap. */
  function insert(plan: Plan): void {
    let index = plans.length;
    while (index > 0 && isBefore(plan, plans[index - 1])) index -= 1;
    plans.splice(index, 0, plan);
  }

  function at(instant: number, happen: () => void): () => void {
    order += 1;
    const plan: Plan = { instant: Math.max(now, instant), order, happen, off: false };
    insert(plan);
    return () => {
      plan.off = true;
    };
  }

  return {
    now: () => now,
    at,
    wait: (ms) =>
      new Promise((resolve) => {
        at(now + ms, resolve);
      }),
    async runUntil(instant) {
      await setImmediate();
      for (let plan = plans[0]; plan !== undefined && plan.instant <= instant; plan = plans[0]) {
        plans.shift();
        if (plan.off) continue;
        now = plan.instant;
        plan.happen();
        // Once the microtasks have run, everything that follows from the callback without passing time has happened.
        await setImmediate();
      }
      now = Math.max(now, instant);
    },
  };
}

function isBefore(plan: Plan, other: Plan | undefined): boolean {
  return (
    other !== undefined &&
    (plan.instant < other.instant || (plan.instant === other.instant && plan.order < other.order))
  );
}
