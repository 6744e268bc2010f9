import type { HttpOutcome, HttpResponse } from '../../src/adapter/provider/segmind/response.ts';
import type { Job } from '../../src/domain/job.ts';
import type { PollBehavior, SubmitBehavior } from './behavior.ts';
import { createAcceptance, type PaidJob, type ProviderDeps, recordOf } from './paid-job.ts';
import * as responses from './provider-response.ts';

/** One POST whose sending started. */
export type Post = {
  readonly jobId: string;
  readonly node: string;
  /** When `mayBegin` was called, which returned true. */
  readonly checkedAt: number;
  /** When its first byte was sent. */
  readonly sentAt: number;
  /** When the node received the outcome; null until then. */
  receivedAt: number | null;
  /** What the node can conclude from the outcome; null until then. */
  outcome: 'known' | 'unknown' | 'mayBeResent' | null;
};

/** The process that sends a request. */
export type Sender = {
  readonly name: string;
  /** A point at which the process may pause or end. */
  pass(point: string): Promise<void>;
  /** Whether the process was paused at a past instant. */
  wasPausedAt(instant: number): boolean;
  /** Whether the POST may start. */
  mayBegin(): Promise<boolean>;
};

/** The one provider of a history, as every node reaches it; it returns what a socket would deliver. */
export interface SimulatedProvider {
  readonly paid: readonly PaidJob[];
  readonly posts: readonly Post[];
  submit(job: Job, sender: Sender): Promise<HttpOutcome>;
  poll(job: Job): Promise<HttpOutcome>;
}

const submitTimeoutMs = 10_000;

const pollTimeoutMs = 5000;

/** A new record may not be found for this long. */
const lagMs = 60_000;

/** Creates a provider on a timeline, with the behaviors of a climate; it writes to the story which jobs it accepts. */
export function createProvider(deps: ProviderDeps): SimulatedProvider {
  const { timeline, random, climate } = deps;
  const paid: PaidJob[] = [];
  const posts: Post[] = [];
  const accept = createAcceptance(deps, paid);
  const untilTimeout = (beganAt: number, limitMs: number): Promise<HttpOutcome> =>
    timeline
      .wait(Math.max(0, beganAt + limitMs - timeline.now()))
      .then(() => unanswered(`no response within ${limitMs} ms`));

  async function submit(job: Job, sender: Sender): Promise<HttpOutcome> {
    const beganAt = timeline.now();
    const behavior = random.weighted(climate.behaviors.submit);
    await timeline.wait(random.whole(1, behavior === 'cannotBeReached' ? 3000 : 60));
    if (behavior === 'cannotBeReached') return { type: 'notSent', reason: 'ECONNREFUSED' };
    await sender.pass('when connected');
    const checkedAt = timeline.now();
    if (!(await sender.mayBegin())) return { type: 'withheld' };
    await sender.pass('before the first byte');
    const post: Post = {
      jobId: job.id,
      node: sender.name,
      checkedAt,
      sentAt: timeline.now(),
      receivedAt: null,
      outcome: null,
    };
    posts.push(post);
    const outcome = await Promise.race([respondToPost(job, behavior), untilTimeout(beganAt, submitTimeoutMs)]);
    // A process that resumes after its timeout may handle the timeout first and never read the response.
    const isCut = sender.wasPausedAt(beganAt + submitTimeoutMs) && random.chance(0.5);
    post.receivedAt = timeline.now();
    post.outcome = isCut || outcome.type === 'unanswered' ? 'unknown' : outcomeOf(behavior);
    return isCut ? unanswered('cut when it resumed') : outcome;
  }

  /** The provider's side of a POST, which goes on whatever happens to the sender. */
  async function respondToPost(job: Job, behavior: SubmitBehavior): Promise<HttpOutcome> {
    await timeline.wait(random.whole(1, behavior === 'acceptsSlowly' ? 12_000 : 400));
    switch (behavior) {
      case 'accepts':
      case 'acceptsSlowly':
        return answered(responses.acceptanceOf(accept(job).requestId, random));
      case 'isDoneAtOnce': {
        const { requestId } = accept(job, 'completed');
        const { json } = responses.endOf('completed', requestId, random);
        const handle = random.chance(0.5) ? { poll_url: responses.pollUrlOf(requestId) } : {};
        return answered(responses.jsonResponse(200, Object.assign(handle, json)));
      }
      case 'acceptsBehind500':
        return answered(
          responses.jsonResponse(500, { request_id: accept(job).requestId, status: 'QUEUED', error: 'Oh' }),
        );
      case 'losesTheAnswer':
        accept(job);
        return silence();
      case 'losesTheRequest':
      case 'cannotBeReached':
        return silence();
      case 'answersGarbage':
        if (random.chance(0.7)) accept(job);
        return answered(responses.unreadableResponse(200));
      case 'answers502': {
        if (random.chance(0.6)) accept(job);
        const status = random.pick([502, 504, 520]);
        return answered(
          random.pick([responses.unreadableResponse(status), responses.jsonResponse(status, { error: 'Bad gateway' })]),
        );
      }
      case 'answers500':
        if (!climate.isHonest && random.chance(0.5)) accept(job);
        return answered(responses.jsonResponse(random.pick([500, 503]), { error: 'Internal server error' }));
      case 'throttles':
        return answered(responses.throttlingOf(timeline.now() + random.whole(500, 20_000), timeline.now(), random));
      case 'refuses':
        return answered(responses.refusalOf(random));
    }
  }

  /** No response: the connection breaks after a while, or stays open longer than any timeout. */
  async function silence(): Promise<HttpOutcome> {
    await timeline.wait(random.whole(1, 12_000));
    return unanswered('ECONNRESET');
  }

  async function poll(job: Job): Promise<HttpOutcome> {
    const beganAt = timeline.now();
    return Promise.race([
      respondToPoll(job, random.weighted(climate.behaviors.poll)),
      untilTimeout(beganAt, pollTimeoutMs),
    ]);
  }

  async function respondToPoll(job: Job, behavior: PollBehavior): Promise<HttpOutcome> {
    await timeline.wait(random.whole(1, behavior === 'answersSlowly' ? 6000 : 200));
    const now = timeline.now();
    const made = paid.find(({ requestId }) => job.pollUrl?.endsWith(`/${requestId}`));
    if (made === undefined) return answered(responses.unknownRequest(job.requestId ?? ''));
    switch (behavior) {
      case 'answers':
      case 'answersSlowly':
        return answered(recordOf(made, now, random));
      case 'isStale':
        return answered(responses.jsonResponse(200, { status: 'QUEUED', output: '' }));
      case 'speaksUnknownWords':
        return answered(responses.jsonResponse(200, { status: 'WARMING_UP', output: '' }));
      case 'faults': {
        const response = responses.transientFaultOf(random);
        return response === null ? silence() : answered(response);
      }
      case 'knowsNothing':
        return answered(
          now < made.acceptedAt + lagMs ? responses.unknownRequest(made.requestId) : recordOf(made, now, random),
        );
      case 'throttles':
        return answered(responses.throttlingOf(now + random.whole(500, 10_000), now, random));
    }
  }

  return { paid, posts, submit, poll };
}

/** What the sender can conclude from the response. */
function outcomeOf(behavior: SubmitBehavior): 'known' | 'unknown' | 'mayBeResent' {
  if (behavior === 'answers500') return 'mayBeResent';
  return behavior === 'answersGarbage' || behavior === 'answers502' ? 'unknown' : 'known';
}

function answered(response: HttpResponse): HttpOutcome {
  return { type: 'answered', response };
}

function unanswered(reason: string): HttpOutcome {
  return { type: 'unanswered', reason };
}
