import { costsOf, generatorOf, type Measurements, medianOf, ratiosOf } from '../measure.ts';
import type { Line } from '../table.ts';

/** A comparison of the gateway with others. `costs`: what was measured, and its unit. */
export type Comparison = Pick<Line, 'work' | 'against' | 'floor' | 'goal'> & {
  readonly others: readonly string[];
  readonly costs: string;
};

/** How many times cheaper the gateway is than another competitor, or than the cheapest of several. */
export function cheaperThan(measurements: Measurements, comparison: Comparison): Line {
  const ratios = comparison.others.map((other) => ratiosOf(measurements, 'reelgate', other));
  return lineOf(measurements, comparison, ratios.toSorted(byMedian)[0] ?? [], true);
}

/** How many times as much as another competitor, or as the cheapest of several, the gateway needs. */
export function asMuchAs(measurements: Measurements, comparison: Comparison): Line {
  const ratios = comparison.others.map((other) => ratiosOf(measurements, other, 'reelgate'));
  return lineOf(measurements, comparison, ratios.toSorted(byMedian).at(-1) ?? [], false);
}

/** The lowest and the highest figure of the rounds. */
export function spreadOf(figures: readonly number[]): string {
  return `${Math.min(...figures).toFixed(2)} to ${Math.max(...figures).toFixed(2)}`;
}

function byMedian(one: readonly number[], other: readonly number[]): number {
  return medianOf(one) - medianOf(other);
}

function lineOf(
  measurements: Measurements,
  { others, costs, ...line }: Comparison,
  ratios: readonly number[],
  more: boolean,
): Line {
  const cost = (name: string) => `${name} ${medianOf(costsOf(measurements, name)).toFixed(1)}`;
  return {
    ...line,
    measured: medianOf(ratios),
    unit: 'x',
    more,
    spread: spreadOf(ratios),
    generator: generatorOf(measurements, ['reelgate', ...others]),
    from: `${costs}: ${['reelgate', ...others].map(cost).join(', ')}`,
  };
}
