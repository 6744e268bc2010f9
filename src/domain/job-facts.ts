import { jobIdOf } from './global-id.ts';
import type { Job } from './job.ts';
import { chargeStateOf } from './ledger.ts';

type JobFacts = Readonly<Record<'jobId' | 'userId' | 'environment' | 'requestId', unknown>>;

/** What identifies a job in every line of the log: its id as the API shows it, its user, and the provider's id. Never its prompt. */
export function jobFactsOf({ id, owner, environment, requestId }: Job): JobFacts {
  return { jobId: jobIdOf(id), userId: owner, environment, requestId };
}

/**
 * The whole of a job that has ended, for one line of the log: how it ended, how long it waited, was with the provider and took in all, in
 * seconds, and what became of its price.
 */
export function endFactsOf(job: Job): Readonly<Record<string, unknown>> {
  const { state, failure, priceCredits, providerCost, createdAt, submittedAt, finishedAt } = job;
  return {
    status: state,
    failure: failure?.code,
    queueSeconds: secondsBetween(createdAt, submittedAt ?? finishedAt),
    providerSeconds: submittedAt === null ? undefined : secondsBetween(submittedAt, finishedAt),
    totalSeconds: secondsBetween(createdAt, finishedAt),
    credits: priceCredits,
    charge: chargeStateOf(state),
    providerCost: providerCost ?? undefined,
  };
}

function secondsBetween(from: number, to: number | null): number {
  return Math.max(0, (to ?? from) - from) / 1000;
}
