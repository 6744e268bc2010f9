/** A promise that was broken: which one, and by what. */
export type Violation = { readonly invariant: Invariant; readonly what: string };

/** What Reelgate promises of every history. */
export type Invariant =
  | 'paid at most once'
  | 'sent only while claimed'
  | 'sent again only where allowed'
  | 'no paid result lost'
  | 'unconfirmed only with a reason'
  | 'ledger exact'
  | 'every job ends in time'
  | 'feed whole'
  | 'keys and answers true'
  | 'job watchers see the end'
  | 'account watchers see the last'
  | 'feed followers miss nothing'
  | 'progress never falls'
  | 'quick in fair weather'
  | 'no fault of its own';

/** A time in which a place for a node had none that could work as it should; of no place where the database refused all. */
export type Trouble = { readonly place: string | null; readonly from: number; to: number };

/** A row that a node took to send. */
type Claim = { readonly jobId: string; readonly node: string; readonly at: number };

/** A job that was ended as unconfirmed: by a claim after its lease, by what came back, or at a start. */
export type GivenUp = Claim & { readonly how: 'claim' | 'reply' | 'start' };

/** The end of a process: `crash` without a word, `leave` after it had been told to stop. */
export type Departure = {
  readonly node: string;
  readonly at: number;
  readonly how: 'crash' | 'leave';
  /** What it was doing: `before ring`. */
  readonly point: string;
};

/** What was seen of the nodes while a history went on: the store does not keep it. */
export type Witness = {
  /** When each job was stored: a node may stand still between its `createdAt` and that. */
  readonly storedAt: Map<string, number>;
  readonly claims: Claim[];
  readonly givenUp: GivenUp[];
  readonly troubles: Trouble[];
  readonly departures: Departure[];
  readonly misdeeds: Violation[];
  pauses: number;
  faults: number;
};

/** A witness who has seen nothing yet. */
export function createWitness(): Witness {
  return {
    storedAt: new Map(),
    claims: [],
    givenUp: [],
    troubles: [],
    departures: [],
    misdeeds: [],
    pauses: 0,
    faults: 0,
  };
}

/** The place that a process runs at: `node 2` for the third process there, `node 2#3`. */
export function placeOf(node: string): string {
  return node.replace(/#.*/, '');
}

/** How long each of the places was in trouble at the same time, between two instants, in milliseconds. */
export function troubledMs({ troubles }: Witness, places: readonly string[], from: number, to: number): number {
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
