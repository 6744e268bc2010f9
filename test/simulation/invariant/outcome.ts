import type { Losses } from '../../../src/ports.ts';
import type { Climate } from '../climate.ts';
import type { Evidence } from '../evidence.ts';
import type { PaidJob } from '../paid-job.ts';
import type { Post } from '../provider.ts';
import type { Sightings } from '../sighting.ts';
import type { Invariant, Violation, Witness } from '../witness.ts';

/** What is known of a history when it is over. */
export type Outcome = {
  readonly accounts: readonly Evidence[];
  readonly paid: readonly PaidJob[];
  readonly posts: readonly Post[];
  readonly sightings: Sightings;
  readonly witness: Witness;
  readonly climate: Climate;
  /** Where nodes ran. */
  readonly places: readonly string[];
  /** What the store counts for its operator, over all environments. */
  readonly losses: Losses;
  /** Those who wanted something and never came to an end. */
  readonly pending: number;
};

/** Gathers what breaks one promise. */
export type Report = (what: string) => void;

/** Runs a check that reports breaches of one promise; what it reported. */
export function breachesOf(invariant: Invariant, check: (report: Report) => void): Violation[] {
  const violations: Violation[] = [];
  check((what) => {
    violations.push({ invariant, what });
  });
  return violations;
}

/** Items by what they have in common, in the order in which they first came. */
export function groupsOf<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(nameOf(item)) ?? [];
    group.push(item);
    groups.set(nameOf(item), group);
  }
  return groups;
}
