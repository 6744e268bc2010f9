import type { Environment } from '../domain/job.ts';
import { type Estimate, estimateOf, livePrior, sandboxPrior } from '../domain/progress.ts';
import type { Clock, Store } from '../ports.ts';

/** How long the last jobs of an environment took; never rejects. */
export type Estimates = (environment: Environment) => Promise<Estimate>;

const sampleLimit = 200;

const keepMs = 5000;

/** Reads what earlier jobs took, at most once per 5 seconds and environment. Where it cannot be read, what was last known stands. */
export function createEstimates({ store, clock }: { readonly store: Store; readonly clock: Clock }): Estimates {
  const known = new Map<Environment, { estimate: Estimate; until: number }>();
  return async (environment) => {
    const last = known.get(environment);
    if (last !== undefined && clock.monotonic() < last.until) return last.estimate;
    const prior = environment === 'LIVE' ? livePrior : sandboxPrior;
    const estimate = await store.durations(environment, sampleLimit).then(
      (durations) => estimateOf(durations, prior),
      () => last?.estimate ?? estimateOf([], prior),
    );
    known.set(environment, { estimate, until: clock.monotonic() + keepMs });
    return estimate;
  };
}
