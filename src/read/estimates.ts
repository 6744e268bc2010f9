import type { Environment } from '../domain/job.ts';
import { type Estimate, estimateOf, livePrior, sandboxPrior } from '../domain/progress.ts';
import type { Clock, Store } from '../ports.ts';

/** Returns how long the last jobs of an environment took; never rejects. */
export type Estimates = (environment: Environment) => Promise<Estimate>;

const sampleLimit = 200;

const keepMs = 5000;

/** Reads the durations of earlier jobs, at most every 5 seconds per environment. If a read fails, the last estimate is kept. */
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
