/** A competitor's result in one round. Lower is better: time, CPU or memory for the same work. */
export type Measurement = {
  readonly cost: number;
  /** The fraction of a core that the load generator used meanwhile; null without one. */
  readonly generator: number | null;
};

/** All rounds of all competitors, by name. */
export type Measurements = ReadonlyMap<string, readonly Measurement[]>;

/** The number of rounds. */
export type Rounds = {
  /** The first rounds, which are discarded: a server runs for days, and compiles its hot code within the first seconds. */
  readonly warmUps: number;
  readonly rounds: number;
};

/** Measures all competitors round by round. Each round starts with another one, so that changes over time affect all alike. */
export async function inRotation(
  names: readonly string[],
  { warmUps, rounds }: Rounds,
  measure: (name: string) => Promise<Measurement>,
): Promise<Measurements> {
  const measurements = new Map<string, Measurement[]>(names.map((name) => [name, []]));
  for (let round = 0; round < warmUps + rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length] ?? '';
      const measurement = await measure(name);
      if (round >= warmUps) measurements.get(name)?.push(measurement);
    }
  }
  return measurements;
}

/** How many times the cost of `name` another competitor has, in each round. */
export function ratiosOf(measurements: Measurements, name: string, other: string): readonly number[] {
  const ours = costsOf(measurements, name);
  return costsOf(measurements, other).map((cost, round) => cost / (ours[round] ?? Number.NaN));
}

/** How many times the cost of `name` another competitor has: the median of the rounds' ratios. */
export function timesOf(measurements: Measurements, name: string, other: string): number {
  return medianOf(ratiosOf(measurements, name, other));
}

/** A competitor's costs, round by round. */
export function costsOf(measurements: Measurements, name: string): readonly number[] {
  return (measurements.get(name) ?? []).map(({ cost }) => cost);
}

/** The highest median of generator use among the given competitors; null without a generator. */
export function generatorOf(measurements: Measurements, names: readonly string[]): number | null {
  const shares = names.map((name) =>
    (measurements.get(name) ?? []).map(({ generator }) => generator).filter((share) => share !== null),
  );
  const medians = shares.filter((each) => each.length > 0).map(medianOf);
  return medians.length === 0 ? null : Math.max(...medians);
}

/** The median; NaN of an empty list. */
export function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [upper = Number.NaN, lower = upper] = [sorted[middle], sorted[middle - 1]];
  return sorted.length % 2 === 1 ? upper : (lower + upper) / 2;
}
