import { type BudgetReached, leftOf, resetsAtOf } from '../domain/budget.ts';
import { type FailureOf, failureOf, isRetryable } from '../domain/failure.ts';
import { type Job, statusOf } from '../domain/job.ts';
import { chargeStateOf } from '../domain/ledger.ts';
import { webhookBodyOf } from '../domain/webhook.ts';
import type { WriteWebhookBody } from '../ports/webhook.ts';
import { type ShownVideo, shownVideoOf, type VideoSettings } from './video.ts';

/** Writes the id of a job as clients see it. */
export type WriteJobId = (jobId: string) => string;

/** No body is longer, in bytes: receivers bound what they read. */
const longestBodyBytes = 20_000;

/** How long a signed link in a body is valid. The ten attempts of a delivery take up to 84 h, and a receiver needs some time, too. */
const bodyLinkMs = 4 * 24 * 60 * 60_000;

/**
 * Creates the function that writes the bodies of webhooks: the job as `job(id)` shows it, or the budget as `Budget` does, in camelCase.
 * A body is written once and sent for days, so its signed links last longer than those of responses.
 */
export function createWebhookBody({ links, ...videos }: VideoSettings, writeJobId: WriteJobId): WriteWebhookBody {
  const settings: VideoSettings = {
    ...videos,
    links: {
      ...links,
      videoUrl: (videoId) => links.videoUrl(videoId, bodyLinkMs),
      posterUrl: (videoId) => links.posterUrl(videoId, bodyLinkMs),
    },
  };
  return (event) => {
    const { type, occurredAt } = event;
    if (type === 'budget.reached') return webhookBodyOf(type, occurredAt, budgetDataOf(event));
    const data = dataOf(event.job, settings, writeJobId);
    const body = webhookBodyOf(type, occurredAt, data);
    if (Buffer.byteLength(body) <= longestBodyBytes) return body;
    // Only a provider's own URL can be that long; the gateway's links stay.
    const short = (video: typeof data.video) => (video === null ? null : { ...video, sourceUrl: null });
    return webhookBodyOf(type, occurredAt, { ...data, video: short(data.video), lateVideo: short(data.lateVideo) });
  };
}

function budgetDataOf({ budget, percent }: BudgetReached) {
  const { environment, owner, period, limitCredits, usedCredits, isDefault } = budget;
  const leftCredits = leftOf(budget);
  const resetsAt = instantOf(resetsAtOf(budget));
  return { userId: owner, environment, period, limitCredits, usedCredits, leftCredits, resetsAt, isDefault, percent };
}

function dataOf(job: Job, settings: VideoSettings, writeJobId: WriteJobId) {
  const shown = shownVideoOf(job, settings);
  const video = shown === null ? null : videoOf(shown);
  return {
    id: writeJobId(job.id),
    userId: job.owner,
    environment: job.environment,
    status: statusOf(job.state),
    version: job.version,
    prompt: job.deletedAt === null ? job.prompt : '',
    aspectRatio: job.aspectRatio,
    seed: job.seed,
    seedUsed: job.seedUsed,
    externalId: job.externalId,
    retryOf: job.retryOf === null ? null : writeJobId(job.retryOf),
    videoUrl: settings.links.videoUrl(job.videoId),
    video: job.video === null ? null : video,
    lateVideo: job.lateVideo === null ? null : video,
    failure: failureDataOf(failureOf(job)),
    charge: { state: chargeStateOf(job.state), credits: job.priceCredits },
    createdAt: instantOf(job.createdAt),
    submittedAt: instantOf(job.submittedAt),
    startedAt: instantOf(job.startedAt),
    finishedAt: instantOf(job.finishedAt),
    deletedAt: instantOf(job.deletedAt),
    deadlineAt: instantOf(job.deadlineAt),
  };
}

function videoOf({ sourceExpiresAt, expiresAt, ...video }: ShownVideo) {
  return { ...video, sourceExpiresAt: instantOf(sourceExpiresAt), expiresAt: instantOf(expiresAt) };
}

function failureDataOf(failure: FailureOf<'job'> | null) {
  if (failure === null) return null;
  const { code, message, httpStatus } = failure;
  return { code, message, retryable: isRetryable(failure), httpStatus };
}

function instantOf(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
