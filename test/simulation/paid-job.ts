import type { HttpResponse } from '../../src/adapter/provider/segmind/response.ts';
import type { Environment, Job } from '../../src/domain/job.ts';
import type { Climate } from './climate.ts';
import { endOf, jsonResponse, type PaidEnd, unknownRequest, videoUrlOf } from './provider-response.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/** One job at the provider, for which the operator pays. */
export type PaidJob = {
  readonly requestId: string;
  readonly jobId: string;
  readonly environment: Environment;
  readonly acceptedAt: number;
  readonly endsAt: number;
  readonly end: PaidEnd;
};

/** What the provider receives. */
export type ProviderDeps = {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly climate: Climate;
  readonly trace: (what: string) => void;
};

/** How long after its acceptance the provider keeps the record of a job. */
export const recordLifeMs = 60 * 60_000;

/** Creates the function by which the provider accepts a job: it adds the job to `paid`, and from then on the job costs money. */
export function createAcceptance({ timeline, random, climate, trace }: ProviderDeps, paid: PaidJob[]) {
  const fairLives = { short: 4, long: 3, tooLong: 3, hour: 0 };
  const lives = climate.isFair
    ? fairLives
    : climate.isSticky
      ? { short: 4, long: 3, tooLong: 2, hour: 1 }
      : { short: 5, long: 3, tooLong: 1, hour: 0 };
  const ends = {
    completed: 8,
    failed: 1,
    unusable: 0.5,
    timedOut: 0.5,
    forgotten: 0.5,
    never: climate.isSticky ? 1 : 0,
  };
  const calmEnds = { completed: 9, failed: 1, unusable: 0, timedOut: 0, forgotten: 0, never: 0 };
  const bounds = {
    short: [0, 20_000],
    long: [10_000, 80_000],
    tooLong: [60_000, 200_000],
    hour: [200_000, 3_200_000],
  } as const;

  return (job: Job, endAtOnce: PaidEnd | null = null): PaidJob => {
    const acceptedAt = timeline.now();
    const [soonest, latest] = bounds[random.weighted(lives)];
    const lifeMs = random.whole(soonest, latest);
    const end = random.weighted<PaidEnd>(climate.isFair ? calmEnds : ends);
    const made: PaidJob = {
      requestId: `r${String(paid.length + 1).padStart(8, '0')}`,
      jobId: job.id,
      environment: job.environment,
      acceptedAt,
      endsAt: endAtOnce === null ? acceptedAt + lifeMs : acceptedAt,
      end: endAtOnce ?? end,
    };
    paid.push(made);
    trace(`accepts ${job.id.slice(-4)} as ${made.requestId}: ${made.end} after ${made.endsAt - acceptedAt} ms`);
    return made;
  };
}

/** How long a finished record may go without its video. */
const fillsWithinMs = 40_000;

/** The record of a job, as the provider returns it at `now`. */
export function recordOf({ requestId, acceptedAt, endsAt, end }: PaidJob, now: number, random: Random): HttpResponse {
  if (now > acceptedAt + recordLifeMs) return unknownRequest(requestId);
  const kind = Number.parseInt(requestId.slice(1), 16) % 4;
  // Some records say that they are finished before they show the video, and some say so in a word of their own.
  if (end === 'completed' && kind === 1 && now >= Math.max(acceptedAt, endsAt - fillsWithinMs) && now < endsAt)
    return jsonResponse(200, { status: 'COMPLETED', output: '' });
  if (end === 'completed' && kind === 2 && now >= endsAt)
    return jsonResponse(200, { status: 'BAKED', output: [videoUrlOf(requestId)] });
  if (end !== 'never' && now >= endsAt) return endOf(end, requestId, random);
  return jsonResponse(200, { status: now < acceptedAt + 5000 ? 'QUEUED' : 'PROCESSING', output: '' });
}
