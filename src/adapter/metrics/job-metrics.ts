import { Counter, Histogram, type Registry } from 'prom-client';
import { jobFailureCodes, withoutResultCodes } from '../../domain/failure-code.ts';
import { type Copy, type Environment, environments, type Job } from '../../domain/job.ts';
import type { BudgetReachedMetric } from './budget-metrics.ts';

/** Counters of jobs, their credits and their videos. Each is called once something is committed. */
export type JobMetrics = {
  readonly admitted: (job: Job) => void;
  readonly budgetReached: BudgetReachedMetric;
  readonly accepted: (job: Job) => void;
  readonly ended: (job: Job) => void;
  readonly lateVideo: (job: Job) => void;
  /** Credits that were granted or, if negative, taken back. */
  readonly booked: (environment: Environment, credits: number) => void;
  readonly refunded: (environment: Environment, credits: number) => void;
  readonly copied: (job: Job, copy: Copy) => void;
  readonly copyFailed: (job: Job) => void;
};

/** From a sandbox job to the longest deadline, in seconds. */
const phaseBuckets = [0.5, 1, 2, 5, 10, 20, 60, 120, 180, 240, 300, 420, 600, 1200, 3600];

/** Adds the metrics of jobs to a registry. */
export function createJobMetrics(registry: Registry): Omit<JobMetrics, 'budgetReached'> {
  const registers = [registry];
  const jobs = new Counter({
    name: 'reelgate_jobs_total',
    help: 'Jobs that ended, by outcome (completed, failed, canceled) and, if failed, by failure code.',
    labelNames: ['environment', 'outcome', 'failure_code'],
    registers,
  });
  const admitted = new Counter({
    name: 'reelgate_jobs_admitted_total',
    help: 'Jobs that were stored.',
    labelNames: ['environment'],
    registers,
  });
  const seconds = new Histogram({
    name: 'reelgate_job_seconds',
    help: 'How long jobs took: queue (stored to accepted by the provider), provider (accepted to ended), total (stored to completed).',
    labelNames: ['environment', 'phase'],
    buckets: phaseBuckets,
    registers,
  });
  const credits = createCreditCounter(registry);
  const losses = new Counter({
    name: 'reelgate_losses_total',
    help: 'Jobs whose paid result may be lost: unconfirmed, without_result, late_video (too late), lost_video (gone before its copy).',
    labelNames: ['environment', 'kind'],
    registers,
  });
  const copies = new Counter({
    name: 'reelgate_video_copies_total',
    help: 'Videos: stored, deleted, or lost at the provider before they were copied; and attempts that failed.',
    labelNames: ['environment', 'result'],
    registers,
  });
  const bytes = new Counter({
    name: 'reelgate_video_stored_bytes_total',
    help: 'Bytes of the videos that were stored.',
    labelNames: ['environment'],
    registers,
  });
  // A series that begins at 0 shows its first increment, too.
  for (const environment of environments) {
    admitted.inc({ environment }, 0);
    for (const kind of ['unconfirmed', 'without_result', 'late_video', 'lost_video'])
      losses.inc({ environment, kind }, 0);
    for (const result of ['stored', 'deleted', 'lost', 'failed_attempt']) copies.inc({ environment, result }, 0);
    for (const outcome of ['completed', 'canceled']) jobs.inc({ environment, outcome, failure_code: '' }, 0);
    for (const failure_code of jobFailureCodes) jobs.inc({ environment, outcome: 'failed', failure_code }, 0);
  }

  return {
    admitted({ environment, priceCredits }) {
      admitted.inc({ environment });
      credits.inc({ environment, kind: 'held' }, priceCredits);
    },
    accepted: ({ environment, createdAt, submittedAt }) =>
      seconds.observe({ environment, phase: 'queue' }, secondsBetween(createdAt, submittedAt)),
    ended(job) {
      const { environment, state, failure, priceCredits, createdAt, submittedAt, finishedAt } = job;
      jobs.inc({ environment, outcome: state.toLowerCase(), failure_code: failure?.code ?? '' });
      credits.inc({ environment, kind: state === 'COMPLETED' ? 'captured' : 'released' }, priceCredits);
      if (failure?.code === 'SUBMISSION_UNCONFIRMED') losses.inc({ environment, kind: 'unconfirmed' });
      else if (submittedAt !== null && failure !== null && withoutResultCodes.includes(failure.code))
        losses.inc({ environment, kind: 'without_result' });
      if (submittedAt !== null)
        seconds.observe({ environment, phase: 'provider' }, secondsBetween(submittedAt, finishedAt));
      if (state === 'COMPLETED')
        seconds.observe({ environment, phase: 'total' }, secondsBetween(createdAt, finishedAt));
    },
    booked: (environment, amount) =>
      credits.inc({ environment, kind: amount < 0 ? 'taken_back' : 'granted' }, Math.abs(amount)),
    refunded: (environment, amount) => credits.inc({ environment, kind: 'refunded' }, amount),
    lateVideo: ({ environment }) => losses.inc({ environment, kind: 'late_video' }),
    copied({ environment }, copy) {
      if (copy.state === 'STORED') {
        copies.inc({ environment, result: 'stored' });
        bytes.inc({ environment }, copy.byteSize ?? 0);
      } else if (copy.state === 'GONE') {
        copies.inc({ environment, result: copy.lost ? 'lost' : 'deleted' });
        if (copy.lost) losses.inc({ environment, kind: 'lost_video' });
      }
    },
    copyFailed: ({ environment }) => copies.inc({ environment, result: 'failed_attempt' }),
  };
}

function createCreditCounter(registry: Registry): Counter<'environment' | 'kind'> {
  const credits = new Counter({
    name: 'reelgate_credits_total',
    help: 'Credits that this node held, captured (charged) and released for jobs, and granted, took back and refunded.',
    labelNames: ['environment', 'kind'],
    registers: [registry],
  });
  for (const environment of environments) {
    for (const kind of ['held', 'captured', 'released', 'granted', 'taken_back', 'refunded'])
      credits.inc({ environment, kind }, 0);
  }
  return credits;
}

function secondsBetween(from: number, to: number | null): number {
  return Math.max(0, (to ?? from) - from) / 1000;
}
