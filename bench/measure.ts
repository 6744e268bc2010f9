/** What one competitor showed in one round. Lower is better: time, CPU or memory for the same work. */
export type Snapshot = {
  readonly cost: number;
  /** The part of a core that the load generator used meanwhile; null where there is none. */
  readonly generator: number | null;
};

/** All rounds of all competitors, by name. */
export type DocumentCache = ReadonlyMap<string, readonly Snapshot[]>;

/** How often everyone is measured. */
export type Rounds = {
  /** Those that come first and are not kept: a server runs for days, and compiles what it does often within its first seconds. */
  readonly warmUps: number;
  readonly rounds: number;
};

/** Measures all competitors round by round, each round beginning with another of them, so that what changes with time meets all alike. */
export async function inRotation(
  names: readonly string[],
  { warmUps, rounds }: Rounds,
  measure: (name: string) => Promise<Snapshot>,
): Promise<DocumentCache> {
  const readings = new Map<string, Snapshot[]>(names.map((name) => [name, []]));
  for (let round = 0; round < warmUps + rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length] ?? '';
      const snapshot = await measure(name);
      if (round >= warmUps) readings.get(name)?.push(snapshot);
    }
  }
  return readings;
}

/** How many times as much as `name` another competitor takes: the median of the rounds' ratios. */
export function timesOf(readings: DocumentCache, name: string, other: string): number {
  const ours = costsOf(readings, name);
  return medianOf(costsOf(readings, other).map((cost, round) => cost / (ours[round] ?? Number.NaN)));
}

/** A competitor's costs, round by round. */
export function costsOf(readings: DocumentCache, name: string): readonly number[] {
  return (readings.get(name) ?? []).map(({ cost }) => cost);
}

/** The most that a generator used in any of the given competitors' rounds, by median; null where there was none. */
export function generatorOf(readings: DocumentCache, names: readonly string[]): number | null {
  const shares = names.map((name) =>
    (readings.get(name) ?? []).map(({ generator }) => generator).filter((share) => share !== null),
  );
  const medians = shares.filter((each) => each.length > 0).map(medianOf);
  return medians.length === 0 ? null : Math.max(...medians);
}

/** The median; NaN of nothing. */
export function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [upper = Number.NaN, lower = upper] = [sorted[middle], sorted[middle - 1]];
  return sorted.length % 2 === 1 ? upper : (lower + upper) / 2;
}
