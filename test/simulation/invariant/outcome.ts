import type { Losses } from '../../../src/ports.ts';
import type { Climate } from '../climate.ts';
import type { Evidence } from '../evidence.ts';
import type { Invariant, Observations, Violation } from '../observations.ts';
import type { PaidJob } from '../paid-job.ts';
import type { Post } from '../provider.ts';
import type { Sightings } from '../sighting.ts';

/** Everything known about a finished history. */
export type Outcome = {
  readonly accounts: readonly Evidence[];
  readonly paid: readonly PaidJob[];
  readonly posts: readonly Post[];
  readonly sightings: Sightings;
  readonly observations: Observations;
  readonly climate: Climate;
  /** The places at which nodes ran. */
  readonly places: readonly string[];
  /** The losses that the store counts for its operator, over all environments. */
  readonly losses: Losses;
  /** The number of requests that never ended. */
  readonly pending: number;
};

/** Records one violation of a promise. */
export type Report = (what: string) => void;

/** Runs a check of one promise and returns the violations that it reported. */
export function breachesOf(invariant: Invariant, check: (report: Report) => void): Violation[] {
  const violations: Violation[] = [];
  check((what) => {
    violations.push({ invariant, what });
  });
  return violations;
}

/** Groups items by name, in the order of each name's first item. */
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
