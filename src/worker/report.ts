import { type Change, closesCharge, lateVideoOf } from '../domain/change.ts';
import { type JobFailureCode, withoutResultCodes } from '../domain/failure-code.ts';
import type { Job } from '../domain/job.ts';
import { endFactsOf, jobFactsOf } from '../domain/job-facts.ts';
import { submitLeaseMs } from '../domain/pace.ts';
import type { Log } from '../ports.ts';

/** Failures that the operator must resolve, and how. */
const operatorTroubles: Partial<Record<JobFailureCode, string>> = {
  INSUFFICIENT_CREDITS: 'The account at the provider is out of credits: top it up.',
  PROVIDER_UNAUTHORIZED: 'The provider did not accept the key: check SEGMIND_API_KEY and SEGMIND_AUTH.',
  PROVIDER_FORBIDDEN: 'The provider forbids this key the workflow: check its permissions.',
  PROVIDER_WORKFLOW_NOT_FOUND: 'The provider does not know the workflow: check SEGMIND_WORKFLOW.',
};

/**
 * Logs a committed change. Losses and operator troubles are errors, with the facts needed to find the job in the provider's bill.
 * One line sums a job up at its end. `nodePolls`: how often this node has polled it.
 */
export function reportChange(change: Change, log: Log, nodePolls?: number): void {
  if (change.moved && lateVideoOf(change) === null) reportMove(change, log, nodePolls);
  else reportLate(change, log);
}

function reportLate(change: Change, log: Log): void {
  const { from, to } = change;
  if (lateVideoOf(change) !== null)
    log.warn(
      { ...factsOf(change), event: 'late-video' },
      'A paid video came after its job had failed; it is kept with the job.',
    );
  if (from.pollUrl === null && to.pollUrl !== null) {
    log.warn(
      { ...factsOf(change), event: 'late-acceptance' },
      'The provider’s acceptance came after its job had failed; the gateway polls for the video.',
    );
  }
}

function reportMove(change: Change, log: Log, nodePolls: number | undefined): void {
  const { to } = change;
  const ended = closesCharge(change);
  const facts = { ...factsOf(change), ...(ended ? { ...endFactsOf(to), nodePolls } : {}) };
  const code = to.failure?.code;
  if (code === 'SUBMISSION_UNCONFIRMED') {
    log.error(
      { ...facts, event: 'unconfirmed' },
      'It is unclear whether the provider took this job: look for it in the provider’s usage.',
    );
  } else if (code !== undefined && operatorTroubles[code] !== undefined) {
    log.error({ ...facts, event: 'operator-trouble' }, operatorTroubles[code]);
  } else if (code !== undefined && to.submittedAt !== null && withoutResultCodes.includes(code)) {
    log.warn({ ...facts, event: 'without-result' }, 'The provider took this job, and no usable video came of it.');
  } else {
    log.info(facts, ended ? 'A job ended.' : 'A job changed state.');
  }
}

/** Identifies a job in the provider's usage: by request id if known, else by when it was sent and with which input. Never its prompt. */
function factsOf({ from, to }: Change): Record<string, unknown> {
  const { jobId, userId, environment, requestId } = jobFactsOf(to);
  // No spread before the others: V8 is slow to add new members to an object after one, and each change of a job makes these.
  return {
    jobId,
    userId,
    environment,
    requestId,
    state: to.state,
    version: to.version,
    failure: to.failure?.code,
    httpStatus: to.failure?.httpStatus,
    providerMessage: to.providerMessage ?? undefined,
    providerHttpStatus: to.providerHttpStatus ?? undefined,
    providerCost: to.providerCost ?? undefined,
    aspectRatio: to.aspectRatio,
    seed: to.seed,
    createdAt: timeOf(to.createdAt),
    sentAt: timeOf(sentAtOf(from)),
    submittedAt: timeOf(to.submittedAt),
    finishedAt: timeOf(to.finishedAt),
  };
}

/** When a job in SUBMITTING was claimed: its POST began within seconds. Null in other states. */
function sentAtOf({ state, pollAt }: Job): number | null {
  return state === 'SUBMITTING' && pollAt !== null ? pollAt - submitLeaseMs : null;
}

function timeOf(at: number | null): string | undefined {
  return at === null ? undefined : new Date(at).toISOString();
}
