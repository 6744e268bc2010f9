import type { Change } from './change.ts';
import { withWaitingCopy } from './copy.ts';
import { isEnded, type Job, type LifeEvent, type PollEvent, type SubmitEvent } from './job.ts';
import { advance, type Circumstances } from './life.ts';
import type { ProviderDetails } from './provider-response.ts';

/** The outcome of a provider request that was started at `askedAt`. */
export type Outcome = {
  readonly event: SubmitEvent | PollEvent;
  readonly details: ProviderDetails | undefined;
  readonly askedAt: number;
};

/** What a decision on an outcome may depend on. `keepsVideos`: whether this installation keeps copies of videos; absent: no. */
export type OutcomeCircumstances = Circumstances & { readonly keepsVideos?: boolean };

/**
 * The change that an outcome makes to a job, with the response's details kept in the row; null if it means nothing in the job's state. If a
 * poll that was started after the deadline brings no end, the deadline ends the job. So no job is given up unseen, however long the gateway
 * was away.
 */
export function advanceBy(job: Job, outcome: Outcome, given: OutcomeCircumstances): Change | null {
  const isRunning = job.state === 'QUEUED' || job.state === 'PROCESSING';
  const change = advance(job, meaningOf(job, outcome), { ...given, askedAt: outcome.askedAt });
  if (change === null) return null;
  const isOver = isRunning && !isEnded(change.to) && outcome.askedAt >= job.deadlineAt;
  const decided = isOver ? advance(job, { type: 'deadline', unseen: outcome.event.type === 'fault' }, given) : change;
  if (decided === null) return null;
  const kept = keep(decided, outcome);
  return given.keepsVideos === true ? withWaitingCopy(kept, given.now) : kept;
}

/**
 * A usable video beside an unknown status word completes the job at the second poll in a row. One poll is enough for a FAILED job and after
 * the deadline.
 */
function meaningOf(job: Job, { event, details, askedAt }: Outcome): LifeEvent {
  const video = details?.videoBeside ?? null;
  return event.type === 'seen' && (job.unknownVideo || isEnded(job) || askedAt >= job.deadlineAt) && video !== null
    ? { type: 'completed', video }
    : event;
}

/** Keeps what a response says beside its event. The words that ended a job stay; a late video may still bring its seed and cost. */
function keep(change: Change, { event, details }: Outcome): Change {
  const { from, to } = change;
  // A poll that failed says nothing about the video that the last one showed.
  const isBeside = event.type === 'seen' && (details?.videoBeside ?? null) !== null;
  const said = {
    seedUsed: details?.seedUsed ?? to.seedUsed,
    providerCost: details?.providerCost ?? to.providerCost,
    unknownVideo: !isEnded(to) && (event.type === 'fault' ? from.unknownVideo : isBeside),
    outputMissingSince: isEnded(to) ? null : to.outputMissingSince,
    // Submits have outcomes of their own: only polls end in a fault.
    failedPolls: from.failedPolls + (event.type === 'fault' ? 1 : 0),
  };
  if (isEnded(from)) return { ...change, to: { ...to, ...said } };
  return { ...change, to: { ...to, ...said, ...wordsOf(to, event, details) } };
}

/** The provider's words in its newest response. A fault without words keeps those of the response before. */
function wordsOf(
  { providerMessage, providerHttpStatus }: Job,
  event: Outcome['event'],
  details: ProviderDetails | undefined,
): Pick<Job, 'providerMessage' | 'providerHttpStatus'> {
  if (details === undefined && event.type === 'fault') return { providerMessage, providerHttpStatus };
  const word = details?.unknownWord ?? null;
  return {
    providerMessage: details?.providerMessage ?? (word === null ? null : `Unknown status word: ${word}`),
    providerHttpStatus: details?.providerHttpStatus ?? null,
  };
}
