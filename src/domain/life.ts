import { arrive, type Change, end, move, reschedule, sendAgain, stay } from './change.ts';
import { type JobFailure, jobFailure } from './failure-code.ts';
import type { Job, JobState, LifeEvent, SubmitEvent } from './job.ts';
import {
  firstLatePollOf,
  latePollMs,
  latePollOf,
  missingGraceMs,
  nextPollAt,
  outputGraceMs,
  type Pace,
  pollLeaseMs,
  submitLeaseMs,
} from './pace.ts';
import { type Estimate, knownEstimateOf } from './progress.ts';

/** What a decision may depend on besides the row and the event. */
export type Circumstances = {
  readonly now: number;
  /** When the request began whose response this is; a node may have been suspended since. */
  readonly askedAt?: number;
  readonly pace: Pace;
  /** A random number in [0, 1), for jitter. */
  readonly chance: number;
  /** How long earlier jobs took; stored with the job when the provider accepts it. */
  readonly estimate: Estimate;
};

type Rule<Event extends LifeEvent> = (job: Job, event: Event, given: Circumstances) => Change | null;

type Rules = { readonly [Type in LifeEvent['type']]?: Rule<Extract<LifeEvent, { type: Type }>> };

/** Rules shared by QUEUED and PROCESSING: the provider has the job. */
const running: Rules = {
  claimed: (job, _event, { now }) => reschedule(job, { pollAt: now + pollLeaseMs }),
  deadline: (job, { unseen }, { now }) => {
    const pollAt = firstLatePollOf(job, now, unseen);
    return end(job, 'FAILED', now, { failure: jobFailure('DEADLINE_EXCEEDED'), polledAt: now, pollAt });
  },
  seen: (job, event, given) => {
    const next = { faults: 0, polledAt: given.now, pollAt: nextPollAt(job, 0, given), outputMissingSince: null };
    if (event.status === null || event.status === job.state) return stay(job, next);
    return move(job, event.status, { ...next, startedAt: startedAtOf(job, event.status, given.now) });
  },
  completed: (job, event, given) => end(job, 'COMPLETED', given.now, { video: event.video, polledAt: given.now }),
  failed: (job, event, given) => {
    const { now, askedAt = now } = given;
    if (!isWithoutOutput(event.failure)) return end(job, 'FAILED', now, { failure: event.failure, polledAt: now });
    const since = job.outputMissingSince ?? now;
    if (askedAt - since >= outputGraceMs) return end(job, 'FAILED', now, { failure: event.failure, polledAt: now });
    return stay(job, { faults: 0, polledAt: now, pollAt: nextPollAt(job, 0, given), outputMissingSince: since });
  },
  missing: (job, _event, given) =>
    given.now < (job.submittedAt ?? given.now) + missingGraceMs
      ? fault(job, given)
      : end(job, 'FAILED', given.now, { failure: jobFailure('PROVIDER_JOB_LOST', 404), polledAt: given.now }),
  fault: (job, _event, given) => fault(job, given),
};

/**
 * A job's life: for every state, the change that each event makes. An event without a rule came too late or twice and changes nothing.
 *
 *   PENDING ── claimed ──► SUBMITTING ── accepted ──► QUEUED ◄── seen ──► PROCESSING ── completed ──► COMPLETED
 *    │   ▲                   │   │                      └────────┬────────────┘
 *    │   └── send again ─────┘   └── refused, unconfirmed ───────┴── failed, lost, deadline ──► FAILED, later perhaps with a late video
 *    └── canceled ──► CANCELED; deadline ──► FAILED              No rule leaves an end state.
 */
const rules: Record<JobState, Rules> = {
  PENDING: {
    claimed: (job, _event, given) => move(job, 'SUBMITTING', { pollAt: given.now + submitLeaseMs }),
    canceled: (job, _event, given) => end(job, 'CANCELED', given.now, {}),
    deadline: (job, _event, given) => end(job, 'FAILED', given.now, { failure: jobFailure('DEADLINE_EXCEEDED') }),
  },
  SUBMITTING: {
    // A claim finds this state only after the lease ran out: the node is gone or stalled, and the provider may have the job.
    claimed: (job, _event, given) => unconfirmed(job, null, given),
    accepted,
    notSent: (job, _event, given) => {
      const faults = job.faults + 1;
      return sendAgain(job, 'notSent', { faults, polledAt: given.now, pollAt: nextPollAt(job, faults, given) });
    },
    withheld: (job, _event, { now }) => move(job, 'PENDING', { pollAt: now }),
    throttled: (job, event, given) =>
      sendAgain(job, 'throttled', { polledAt: given.now, pollAt: Math.min(event.retryAt, job.deadlineAt) }),
    serverError: (job, event, given) => {
      if (job.resends >= given.pace.resendLimit) return refuse(job, event.failure, given);
      const faults = job.faults + 1;
      return sendAgain(job, 'serverError', {
        faults,
        resends: job.resends + 1,
        polledAt: given.now,
        pollAt: nextPollAt(job, faults, given),
      });
    },
    refused: (job, event, given) => refuse(job, event.failure, given),
    unconfirmed: (job, event, given) => unconfirmed(job, event.httpStatus, given),
  },
  QUEUED: running,
  PROCESSING: running,
  COMPLETED: {},
  FAILED: {
    // The provider had accepted this job before it failed here: polls go on only for a video that was paid for.
    claimed: (job, _event, { now }) => (isLate(job) ? reschedule(job, { pollAt: now + pollLeaseMs }) : null),
    accepted: acceptedTooLate,
    seen: rescheduleLater,
    fault: rescheduleLater,
    missing: (job, _event, given) => stopPolling(job, given),
    failed: (job, event, given) =>
      isWithoutOutput(event.failure) ? rescheduleLater(job, event, given) : stopPolling(job, given),
    completed: (job, event, given) => (isLate(job) ? arrive(job, event.video, { polledAt: given.now }) : null),
  },
  CANCELED: {},
};

/**
 * The change that an event makes to a job; null if it means nothing in the job's state. Pure: the same row, event and circumstances
 * give the same change.
 */
export function advance(job: Job, event: LifeEvent, given: Circumstances): Change | null {
  // The key selects the rule for the event's type, which the compiler cannot follow through a union.
  const rule = rules[job.state][event.type] as Rule<LifeEvent> | undefined;
  return (job.deletedAt === null ? rule?.(job, event, given) : null) ?? null;
}

/** The event of a due job: its deadline if it was never sent, else the claim. An accepted job ends by a poll (`advanceBy`). */
export function dueEventOf(job: Job, now: number): LifeEvent {
  return job.state === 'PENDING' && now >= job.deadlineAt ? { type: 'deadline', unseen: false } : { type: 'claimed' };
}

/** The change that cancels a job at `now`; null if it has been sent or has ended. */
export function cancel(job: Job, now: number): Change | null {
  // Canceling schedules nothing, so these do not matter.
  const pace = { intervalMs: 0, deadlineMs: 0, resendLimit: 0 };
  return advance(job, { type: 'canceled' }, { now, pace, chance: 0, estimate: job.estimate });
}

/** Extends the lease of a due row whose request is still under way on this node. */
export function keepLease(job: Job, now: number): Change {
  return reschedule(job, { pollAt: now + (job.state === 'SUBMITTING' ? submitLeaseMs : pollLeaseMs) });
}

function accepted(job: Job, event: Extract<SubmitEvent, { type: 'accepted' }>, given: Circumstances): Change {
  const { now } = given;
  const taken: Job = {
    ...job,
    requestId: event.requestId,
    pollUrl: event.pollUrl,
    submittedAt: now,
    polledAt: now,
    faults: 0,
    estimate: event.knownMs === undefined ? given.estimate : knownEstimateOf(event.knownMs / 1000),
    deadlineAt: now + Math.min(given.pace.deadlineMs, event.deadlineMs ?? Number.POSITIVE_INFINITY),
  };
  const { poll } = event;
  switch (poll.type) {
    case 'seen': {
      const state = poll.status ?? 'QUEUED';
      const pollAt = nextPollAt(taken, 0, given);
      return from(job, move(taken, state, { startedAt: startedAtOf(taken, state, now), pollAt }));
    }
    case 'completed':
      return from(job, end(taken, 'COMPLETED', given.now, { video: poll.video }));
    case 'failed':
      return from(job, end(taken, 'FAILED', given.now, { failure: poll.failure }));
  }
}

/** The provider's acceptance came after the job had failed as unconfirmed: it stays FAILED and is polled for the paid video. */
function acceptedTooLate(
  job: Job,
  event: Extract<SubmitEvent, { type: 'accepted' }>,
  { now }: Circumstances,
): Change | null {
  if (job.failure?.code !== 'SUBMISSION_UNCONFIRMED' || job.pollUrl !== null) return null;
  const taken = { requestId: event.requestId, pollUrl: event.pollUrl, submittedAt: now, polledAt: now };
  if (event.poll.type === 'completed') return arrive(job, event.poll.video, taken);
  return stay(job, { ...taken, pollAt: event.poll.type === 'failed' ? null : now + latePollMs });
}

function rescheduleLater(job: Job, { type }: LifeEvent, { now }: Circumstances): Change | null {
  return isLate(job) ? reschedule(job, { pollAt: latePollOf(job, now, type === 'fault'), polledAt: now }) : null;
}

function stopPolling(job: Job, { now }: Circumstances): Change | null {
  return isLate(job) ? reschedule(job, { pollAt: null, polledAt: now }) : null;
}

/** Whether a FAILED job is still polled for a late video. */
function isLate(job: Job): boolean {
  return job.pollAt !== null && job.pollUrl !== null && job.lateVideo === null;
}

function refuse(job: Job, failure: JobFailure, given: Circumstances): Change {
  return end(job, 'FAILED', given.now, { failure, polledAt: given.now });
}

function unconfirmed(job: Job, httpStatus: number | null, given: Circumstances): Change {
  return end(job, 'FAILED', given.now, { failure: jobFailure('SUBMISSION_UNCONFIRMED', httpStatus) });
}

function fault(job: Job, given: Circumstances): Change {
  const faults = job.faults + 1;
  return reschedule(job, { faults, polledAt: given.now, pollAt: nextPollAt(job, faults, given) });
}

/** Whether the provider calls a job finished and shows no video: it may be about to fill that in. */
function isWithoutOutput({ code }: JobFailure): boolean {
  return code === 'PROVIDER_BAD_OUTPUT';
}

function startedAtOf(job: Job, state: JobState, now: number): number | null {
  return job.startedAt ?? (state === 'PROCESSING' ? now : null);
}

/** The same change, starting from the row that was read. */
function from(job: Job, change: Change): Change {
  return { ...change, from: job };
}
