import type { Evidence } from './evidence.ts';
import { endBreachesOf, reasonBreachesOf } from './invariant/ending.ts';
import { slownessOf } from './invariant/fair.ts';
import { feedBreachesOf } from './invariant/feed.ts';
import { grantBreachesOf, ledgerBreachesOf } from './invariant/ledger.ts';
import type { Outcome } from './invariant/outcome.ts';
import { doubleBreachesOf, lossBreachesOf, resendBreachesOf } from './invariant/paid.ts';
import { resultBreachesOf } from './invariant/result.ts';
import { accountBreachesOf, followerBreachesOf, watcherBreachesOf } from './invariant/sighting.ts';
import { unseenBreachesOf } from './invariant/unseen.ts';
import type { Violation } from './observations.ts';

/** Checks what must hold for an account at any moment of a history. */
export function breachesAnytime(evidence: Evidence): Violation[] {
  return [...ledgerBreachesOf(evidence), ...feedBreachesOf(evidence)];
}

/** Checks everything that Reelgate promises about a finished history; the most serious violations come first. */
export function breachesAtTheEnd(outcome: Outcome): Violation[] {
  const { accounts, sightings, climate, observations } = outcome;
  return [
    ...doubleBreachesOf(outcome),
    ...resendBreachesOf(outcome),
    ...lossBreachesOf(outcome),
    ...unseenBreachesOf(outcome),
    ...reasonBreachesOf(outcome),
    ...accounts.flatMap(breachesAnytime),
    ...accounts.flatMap((evidence) => grantBreachesOf(evidence, sightings.grants, climate.signupCredits)),
    ...endBreachesOf(outcome),
    ...resultBreachesOf(outcome),
    ...watcherBreachesOf(outcome),
    ...accountBreachesOf(outcome),
    ...followerBreachesOf(outcome),
    ...slownessOf(outcome),
    ...observations.violations,
  ];
}
