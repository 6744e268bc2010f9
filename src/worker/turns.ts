import { type Pace, pollPatienceOf } from '../domain/pace.ts';
import type { Budget, Due } from '../ports.ts';

/** How many submits and polls. */
type Requests = { readonly submits: number; readonly polls: number };

/** Decides how much of the budget goes to submits and how much to polls. */
export interface Turns {
  /** Takes what is due from the budget, up to `free` requests, as far as the budget reaches. */
  take(due: Due, free: number): Promise<Requests>;
  /** Gives back what was taken and not sent. */
  giveBack(submits: number, polls: number): void;
}

/**
 * While both kinds wait they alternate, also from one round to the next; otherwise the kind that waits gets everything.
 *
 * No submit goes ahead of a running job's poll that has been due for `pollPatienceOf(pace)`, or would have been by the time of the next
 * request. What such a poll still waits, it waits for polls that fell due before it.
 */
export function createTurns(budget: Budget, pace: Pace): Turns {
  const share = createShare();
  return {
    async take(due, free) {
      const submits = due.submits === 0 ? 0 : await budget.submits.take(Math.min(free, due.submits));
      const taken = await budget.take(Math.min(free, submits + due.polls));
      const isPollLate = due.pollsSince !== null && budget.nextAt() - due.pollsSince >= pollPatienceOf(pace);
      const requests = share(taken, { submits, polls: due.polls }, isPollLate);
      budget.submits.giveBack(submits - requests.submits);
      return requests;
    },
    giveBack(submits, polls) {
      budget.giveBack(submits + polls);
      budget.submits.giveBack(submits);
    },
  };
}

function createShare(): (taken: number, waiting: Requests, isPollLate: boolean) => Requests {
  let pollsNext = false;
  return (taken, waiting, isPollLate) => {
    let submits = 0;
    let polls = 0;
    while (submits + polls < taken) {
      const isPoll = submits >= waiting.submits || (polls < waiting.polls && (pollsNext || isPollLate));
      if (isPoll) polls += 1;
      else submits += 1;
      pollsNext = !isPoll;
    }
    return { submits, polls };
  };
}
