/** A broken promise: which one, and how. */
export type Violation = { readonly invariant: Invariant; readonly what: string };

/** What Reelgate promises about every history. */
export type Invariant =
  | 'paid at most once'
  | 'sent only while claimed'
  | 'sent again only where allowed'
  | 'no paid result lost'
  | 'no video left unseen'
  | 'unconfirmed only with a reason'
  | 'ledger exact'
  | 'every job ends in time'
  | 'feed whole'
  | 'keys and results true'
  | 'job watchers see the end'
  | 'account watchers see the last'
  | 'feed followers miss nothing'
  | 'progress never falls'
  | 'quick in fair weather'
  | 'videos whole'
  | 'every event delivered or waiting'
  | 'no fault of its own';

/** A time in which no node at a place worked properly; `place` is null if the database refused writes for all nodes. */
export type Trouble = { readonly place: string | null; readonly from: number; to: number };

/** A row that a node claimed in order to submit it. */
type Claim = { readonly jobId: string; readonly node: string; readonly at: number };

/** A job that ended as unconfirmed: by a claim after its lease, by the submit's result, or by the recovery at a start. */
export type GivenUp = Claim & { readonly how: 'claim' | 'result' | 'start' };

/** The end of a process: `crash` without warning, `leave` after a request to stop. */
export type Departure = {
  readonly node: string;
  readonly at: number;
  readonly how: 'crash' | 'leave';
  /** Where in its code it ended, such as `before ring`. */
  readonly point: string;
};

/** What the simulator recorded about the nodes of a history, beside what the store keeps. */
export type Observations = {
  /** When each job was stored, which may be later than its `createdAt` if the node paused in between. */
  readonly storedAt: Map<string, number>;
  readonly claims: Claim[];
  readonly givenUp: GivenUp[];
  readonly troubles: Trouble[];
  readonly departures: Departure[];
  readonly violations: Violation[];
  pauses: number;
  faults: number;
};

/** Creates an empty record. */
export function createObservations(): Observations {
  return {
    storedAt: new Map(),
    claims: [],
    givenUp: [],
    troubles: [],
    departures: [],
    violations: [],
    pauses: 0,
    faults: 0,
  };
}

/** The place at which a process runs: `node 2` for `node 2#3`, the third process there. */
export function placeOf(node: string): string {
  return node.replace(/#.*/, '');
}

/** For how many milliseconds between two instants all the places were in trouble at once. */
export function troubledMs({ troubles }: Observations, places: readonly string[], from: number, to: number): number {
  const near = troubles.filter((trouble) => trouble.to > from && trouble.from < to);
  const instants = [from, to, ...near.flatMap((trouble) => [trouble.from, trouble.to])]
    .filter((instant) => instant >= from && instant <= to)
    .toSorted((a, b) => a - b);
  let sum = 0;
  for (const [index, start] of instants.entries()) {
    const end = instants[index + 1] ?? start;
    const here = near.filter((trouble) => trouble.from <= start && trouble.to >= end);
    const isAny = here.some(({ place }) => place === null);
    if (isAny || places.every((place) => here.some((trouble) => trouble.place === place))) sum += end - start;
  }
  return sum;
}
