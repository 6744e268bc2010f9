import type { Mutant } from './mutant.ts';
import { money, views } from './mutants-shown.ts';
import { videos } from './video/mutants.ts';
import { webhooks } from './webhook/mutants.ts';

const poller = 'src/worker/poller.ts';

const providerRequest = 'src/worker/requests.ts';

const life = 'src/domain/life.ts';

const pace = 'src/domain/pace.ts';

const outcome = 'src/domain/outcome.ts';

const submitResponse = 'src/adapter/provider/segmind/submit-response.ts';

/** Mistakes on a job's way to the provider and back. */
const paidPath: readonly Mutant[] = [
  {
    name: 'sends a job whose claim it did not win',
    file: poller,
    find: `const changes = await store.claimDue(order, clock.now(), decide).catch((error: unknown) => {
      giveBack(submits, polls);
      throw error;
    });`,
    replace: `const seen: Change[] = [];
    const changes = await store
      .claimDue(order, clock.now(), (job, at) => {
        const change = decide(job, at);
        if (change !== null) seen.push(change);
        return change;
      })
      .catch(() => seen);`,
  },
  {
    name: 'sends again what it finds SUBMITTING after the lease',
    file: life,
    find: 'claimed: (job, _event, given) => unconfirmed(job, null, given),',
    replace: "claimed: (job, _event, { now }) => move(job, 'PENDING', { pollAt: now }),",
  },
  {
    name: 'treats a timeout as not sent',
    file: submitResponse,
    find: "case 'unanswered':\n      return { type: 'unconfirmed', httpStatus: null };",
    replace: "case 'unanswered':\n      return { type: 'notSent' };",
  },
  {
    name: 'treats a 502 as a 500',
    file: submitResponse,
    find: 'if ((status === 500 || status === 503) && parsed.records.length > 0 && !hasJob) {',
    replace: 'if (status >= 500 && parsed.records.length > 0 && !hasJob) {',
  },
  {
    name: 'sends again after a 500 without a limit',
    file: life,
    find: 'if (job.resends >= given.pace.resendLimit) return refuse(job, event.failure, given);',
    replace: '',
  },
  {
    name: 'starts the clock of a claim only once the store has responded',
    file: poller,
    find: 'providerRequests.start(to, claimedAt)',
    replace: 'providerRequests.start(to, clock.monotonic())',
  },
  {
    name: 'sends a job before its claim is on disk',
    file: poller,
    find: `const changes = await store.claimDue(order, clock.now(), decide).catch((error: unknown) => {
      giveBack(submits, polls);
      throw error;
    });
    for (const change of changes) if (change.moved) providerRequests.publish(change);
    const requests = changes.filter(needsRequest);
    const sent = requests.filter(({ moved }) => moved).length;
    giveBack(Math.max(0, submits - sent), Math.max(0, polls - requests.length + sent));
    for (const { to } of requests) providerRequests.start(to, claimedAt);`,
    replace: `const changes = await store
      .claimDue(order, clock.now(), (job, at) => {
        const change = decide(job, at);
        if (change !== null && needsRequest(change)) providerRequests.start(change.to, claimedAt);
        return change;
      })
      .catch((error: unknown) => {
      giveBack(submits, polls);
      throw error;
    });
    for (const change of changes) if (change.moved) providerRequests.publish(change);
    const requests = changes.filter(needsRequest);
    const sent = requests.filter(({ moved }) => moved).length;
    giveBack(Math.max(0, submits - sent), Math.max(0, polls - requests.length + sent));`,
  },
  {
    name: 'has a lease shorter than a POST',
    file: pace,
    find: 'export const submitLeaseMs = 20_000;',
    replace: 'export const submitLeaseMs = 5000;',
  },
  {
    name: 'does not ask the monotonic clock before the first byte',
    file: providerRequest,
    find: 'const mayBegin = () => !stopping && clock.monotonic() - claimedAt < submitWithinMs;',
    replace: 'const mayBegin = () => !stopping;',
  },
  {
    name: 'gives up a job that it is sending itself',
    file: poller,
    find: "if (job.state === 'SUBMITTING' && providerRequests.has(job.id)) return keepLease(job, now);",
    replace: '',
  },
  {
    name: 'drops the outcome of a submit when the database refuses it',
    file: providerRequest,
    find: 'if (!isSubmit(job)) return;',
    replace: 'return;',
  },
  {
    name: 'lets a job be canceled while it is being sent',
    file: life,
    find: '    accepted,\n    notSent:',
    replace: "    accepted,\n    canceled: (job, _event, given) => end(job, 'CANCELED', given.now, {}),\n    notSent:",
  },
  {
    name: 'gives a paid job up for one faulty poll',
    file: life,
    find: '  fault: (job, _event, given) => fault(job, given),',
    replace:
      "  fault: (job, _event, given) => end(job, 'FAILED', given.now, { failure: jobFailure('PROVIDER_UNAVAILABLE') }),",
  },
  {
    name: 'believes a 404 in the first minute',
    file: pace,
    find: 'export const missingGraceMs = 60_000;',
    replace: 'export const missingGraceMs = 0;',
  },
  {
    name: 'does not poll for a late video',
    file: life,
    find: 'const pollAt = firstLatePollOf(job, now, unseen);',
    replace: 'const pollAt = null;',
  },
  {
    name: 'gives up a job without an output at once',
    file: pace,
    find: 'export const outputGraceMs = 60_000;',
    replace: 'export const outputGraceMs = 0;',
  },
  {
    name: 'never believes the video beside an unknown word',
    file: outcome,
    find: "return event.type === 'seen' && (",
    replace: "return event.type === 'canceled' && (",
  },
  {
    name: 'stops polling for a late video after one poll',
    file: life,
    find: '    seen: rescheduleLater,',
    replace: '    seen: (job, _event, given) => stopPolling(job, given),',
  },
  {
    name: 'counts the deadline of an accepted job from its creation',
    file: life,
    find: '    deadlineAt: now + Math.min(given.pace.deadlineMs, event.deadlineMs ?? Number.POSITIVE_INFINITY),\n',
    replace: '',
  },
];

/** Mistakes that were once made here and that the simulator found. */
const past: readonly Mutant[] = [
  {
    name: 'sends a job again after it only renewed the lease',
    file: poller,
    find: "return to.state === 'SUBMITTING' ? moved : !moved && to.pollAt !== null;",
    replace: "return moved ? to.state === 'SUBMITTING' : to.pollAt !== null;",
  },
  {
    name: 'believes a 404 of the first minute that it receives later',
    file: providerRequest,
    find: "const isEarly = event.type === 'missing' &&",
    replace: 'const isEarly = false &&',
  },
  {
    name: 'leaves while a round is still claiming',
    file: poller,
    find: 'Promise.all([providerRequests.drain(), current]).then(() => providerRequests.drain())',
    replace: 'providerRequests.drain()',
  },
  {
    name: 'returns an error though the job is stored',
    file: 'src/gateway/admission.ts',
    find: 'await decidedOrLate(stored).catch(() => stored)',
    replace: 'await decidedOrLate(stored)',
  },
];

/** Every planted mistake. The simulator must find each of them. */
export const mutants: readonly Mutant[] = [...paidPath, ...past, ...money, ...views, ...videos, ...webhooks];
