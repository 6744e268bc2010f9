import type { Evidence } from './evidence.ts';
import { answerBreachesOf } from './invariant/answer.ts';
import { endBreachesOf, reasonBreachesOf } from './invariant/ending.ts';
import { slownessOf } from './invariant/fair.ts';
import { feedBreachesOf } from './invariant/feed.ts';
import { grantBreachesOf, ledgerBreachesOf } from './invariant/ledger.ts';
import type { Outcome } from './invariant/outcome.ts';
import { doubleBreachesOf, lossBreachesOf, resendBreachesOf } from './invariant/paid.ts';
import { accountBreachesOf, followerBreachesOf, watcherBreachesOf } from './invariant/sighting.ts';
import type { Violation } from './witness.ts';

/** What holds at any moment of a history, of one account. */
export function breachesAnytime(evidence: Evidence): Violation[] {
  return [...ledgerBreachesOf(evidence), ...feedBreachesOf(evidence)];
}

/** Everything that Reelgate promises of a history that is over; the gravest first. */
export function breachesAtTheEnd(outcome: Outcome): Violation[] {
  const { accounts, sightings, climate, witness } = outcome;
  return [
    ...doubleBreachesOf(outcome),
    ...resendBreachesOf(outcome),
    ...lossBreachesOf(outcome),
    ...reasonBreachesOf(outcome),
    ...accounts.flatMap(breachesAnytime),
    ...accounts.flatMap((evidence) => grantBreachesOf(evidence, sightings.grants, climate.signupCredits)),
    ...endBreachesOf(outcome),
    ...answerBreachesOf(outcome),
    ...watcherBreachesOf(outcome),
    ...accountBreachesOf(outcome),
    ...followerBreachesOf(outcome),
    ...slownessOf(outcome),
    ...witness.misdeeds,
  ];
}
