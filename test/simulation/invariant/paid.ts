import { withoutResultCodes } from '../../../src/domain/failure-code.ts';
import type { Job } from '../../../src/domain/job.ts';
import { placeOf, troubledMs, type Violation } from '../observations.ts';
import type { PaidJob } from '../paid-job.ts';
import type { Post } from '../provider.ts';
import { breachesOf, groupsOf, type Outcome } from './outcome.ts';

/** The longest time between a response and the commit of its outcome, without troubles. */
const commitMs = 2000;

/** Each of our jobs has at most one paid job at the provider, whatever happened. */
export function doubleBreachesOf({ paid }: Outcome): Violation[] {
  return breachesOf('paid at most once', (report) => {
    const seen = new Set<string>();
    for (const { jobId } of paid) {
      if (seen.has(jobId)) report(`${jobId} was paid for twice`);
      seen.add(jobId);
    }
  });
}

/** A job is sent again only if the response proves that there is none; after a 500 or 503, only as often as the operator allows. */
export function resendBreachesOf({ posts, climate }: Outcome): Violation[] {
  return breachesOf('sent again only where allowed', (report) => {
    for (const [jobId, sent] of groupsOf(posts, (post) => post.jobId)) {
      const before = sent.slice(0, -1);
      const unsure = before.filter(({ outcome }) => outcome === 'unknown' || outcome === null);
      const resent = before.filter(({ outcome }) => outcome === 'mayBeResent');
      if (unsure.length > 0) report(`${jobId} was sent again though the outcome was unknown`);
      if (resent.length > climate.pace.resendLimit)
        report(`${jobId} was sent again ${resent.length} times after a 500`);
    }
  });
}

/** A paid result is the job's video, its late video or its known failure; otherwise it counts as a loss with an explanation. */
export function lossBreachesOf(outcome: Outcome): Violation[] {
  return breachesOf('no paid result lost', (report) => {
    const jobs = new Map(outcome.accounts.flatMap((evidence) => evidence.jobs).map((job) => [job.id, job]));
    const paid = new Map(outcome.paid.map((made) => [made.jobId, made]));
    for (const made of outcome.paid) {
      const job = jobs.get(made.jobId);
      const breach = job === undefined ? 'is not in the store' : breachOf(made, job, outcome);
      if (breach !== null) report(`${made.jobId} was paid for and ${breach}`);
    }
    const unconfirmed = [...jobs.values()].filter(({ failure }) => failure?.code === 'SUBMISSION_UNCONFIRMED').length;
    const lateVideos = [...jobs.values()].filter(({ lateVideo }) => lateVideo !== null).length;
    const withoutResult = [...jobs.values()].filter(isWithoutResult).length;
    const { losses } = outcome;
    if (losses.withoutResult !== withoutResult)
      report(`of ${withoutResult} without a result ${losses.withoutResult} are counted`);
    if (losses.unconfirmed !== unconfirmed || losses.lateVideos !== lateVideos)
      report(
        `of ${unconfirmed} unconfirmed and ${lateVideos} late, ${losses.unconfirmed} and ${losses.lateVideos} are counted`,
      );
    for (const job of jobs.values()) {
      if (job.submittedAt !== null && !paid.has(job.id)) report(`${job.id} claims to be accepted, and was not`);
    }
  });
}

function breachOf(made: PaidJob, job: Job, outcome: Outcome): string | null {
  const stands = `${job.state} ${job.failure?.code ?? ''}`;
  if (job.environment !== made.environment) return `was sent as ${made.environment}`;
  if (job.pollUrl === null) {
    const posts = outcome.posts.filter(({ jobId }) => jobId === job.id);
    // The provider broke its own documentation. Nothing depends on that: the only promise is that the job is not sent again.
    const isLie = posts.at(-1)?.outcome === 'mayBeResent' && !outcome.climate.isHonest;
    if (isLie && ['PROVIDER_UNAVAILABLE', 'SUBMISSION_UNCONFIRMED'].includes(job.failure?.code ?? '')) return null;
    if (job.failure?.code !== 'SUBMISSION_UNCONFIRMED') return `stands as ${stands}, which counts as no loss`;
    return posts.some((post) => isExplained(post, outcome)) ? null : 'was lost without a crash or a lost response';
  }
  if (job.requestId !== null && job.requestId !== made.requestId) return `stands for ${job.requestId}`;
  return endBreachOf(made, job) ? `ended as ${made.end} at the provider, and is ${stands}` : null;
}

/** Whether the response was lost, or its receiver ended between the first byte and the commit. */
function isExplained(post: Post, { observations }: Outcome): boolean {
  if (post.outcome === 'unknown') return true;
  const gone = observations.departures.find(({ node }) => node === post.node);
  if (gone === undefined || gone.at < post.sentAt) return false;
  if (post.receivedAt === null) return true;
  const troubled = troubledMs(observations, [placeOf(post.node)], post.receivedAt, gone.at);
  return gone.at - post.receivedAt - troubled <= commitMs;
}

const endings: Record<Exclude<PaidJob['end'], 'completed'>, readonly string[]> = {
  failed: ['GENERATION_FAILED'],
  unusable: ['PROVIDER_BAD_OUTPUT'],
  timedOut: ['PROVIDER_TIMEOUT'],
  forgotten: ['PROVIDER_JOB_LOST'],
  never: [],
};

/** Whether a job's state contradicts its end at the provider. A late video leaves the job failed and is stored beside it. */
function endBreachOf({ end, requestId }: PaidJob, job: Job): boolean {
  const code = job.failure?.code ?? '';
  const gaveUp = ['DEADLINE_EXCEEDED', 'SUBMISSION_UNCONFIRMED'].includes(code);
  if (end !== 'completed') return job.lateVideo !== null || !(gaveUp || endings[end].includes(code));
  const video = job.state === 'COMPLETED' ? job.video : gaveUp ? job.lateVideo : null;
  return video?.url.includes(requestId) !== true;
}

function isWithoutResult({ failure, submittedAt, lateVideo }: Job): boolean {
  return failure !== null && submittedAt !== null && lateVideo === null && withoutResultCodes.includes(failure.code);
}
