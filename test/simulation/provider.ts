import type { HttpOutcome, HttpResponse } from '../../src/adapter/provider/segmind/response.ts';
import type { Job } from '../../src/domain/job.ts';
import type { PollMood, SubmitMood } from './mood.ts';
import { createAcceptance, type PaidJob, type ProviderDeps, recordOf } from './paid-job.ts';
import * as say from './provider-answer.ts';

/** One POST that was begun. */
export type Post = {
  readonly jobId: string;
  readonly node: string;
  /** When the node was asked whether it may begin, and said yes. */
  readonly checkedAt: number;
  /** When its first byte went out. */
  readonly sentAt: number;
  /** When the node learnt of its outcome, and what: null while it has not. */
  answeredAt: number | null;
  outcome: 'told' | 'unknown' | 'mayBeResent' | null;
};

/** The process that sends a request. */
export type Principal = {
  readonly name: string;
  /** A moment at which the process may stand still, or end. */
  pass(point: string): Promise<void>;
  /** Whether the process stood still at an instant of the past. */
  stoodStillAt(instant: number): boolean;
  /** Whether the POST may begin; null where the process is gone. */
  mayBegin(): Promise<boolean>;
};

/** The world's one provider, as every node reaches it: what comes back is what a socket would bring. */
export interface SimulatedProvider {
  readonly paid: readonly PaidJob[];
  readonly posts: readonly Post[];
  submit(job: Job, principal: Principal): Promise<HttpOutcome>;
  poll(job: Job): Promise<HttpOutcome>;
}

const submitTimeoutMs = 10_000;

const pollTimeoutMs = 5000;

/** A record that was made a moment ago may not be found yet. */
const lagMs = 60_000;

/** A provider on a timeline, with the moods of a climate; everything that it does is told. */
export function createProvider(deps: ProviderDeps): SimulatedProvider {
  const { timeline, random, climate } = deps;
  const paid: PaidJob[] = [];
  const posts: Post[] = [];
  const accept = createAcceptance(deps, paid);
  const untilTimeout = (beganAt: number, limitMs: number): Promise<HttpOutcome> =>
    timeline
      .wait(Math.max(0, beganAt + limitMs - timeline.now()))
      .then(() => unanswered(`no response within ${limitMs} ms`));

  async function submit(job: Job, principal: Principal): Promise<HttpOutcome> {
    const beganAt = timeline.now();
    const mood = random.weighted(climate.moods.submit);
    await timeline.wait(random.whole(1, mood === 'cannotBeReached' ? 3000 : 60));
    if (mood === 'cannotBeReached') return { type: 'notSent', reason: 'ECONNREFUSED' };
    await principal.pass('when connected');
    const checkedAt = timeline.now();
    if (!(await principal.mayBegin())) return { type: 'withheld' };
    await principal.pass('before the first byte');
    const post: Post = {
      jobId: job.id,
      node: principal.name,
      checkedAt,
      sentAt: timeline.now(),
      answeredAt: null,
      outcome: null,
    };
    posts.push(post);
    const outcome = await Promise.race([answerPost(job, mood), untilTimeout(beganAt, submitTimeoutMs)]);
    // A process that wakes after its timeout finds that first, and the answer unread.
    const isCut = principal.stoodStillAt(beganAt + submitTimeoutMs) && random.chance(0.5);
    post.answeredAt = timeline.now();
    post.outcome = isCut || outcome.type === 'unanswered' ? 'unknown' : outcomeOf(mood);
    return isCut ? unanswered('cut when it woke') : outcome;
  }

  /** The provider's own side of a POST, which goes on whatever becomes of the sender. */
  async function answerPost(job: Job, mood: SubmitMood): Promise<HttpOutcome> {
    await timeline.wait(random.whole(1, mood === 'acceptsSlowly' ? 12_000 : 400));
    switch (mood) {
      case 'accepts':
      case 'acceptsSlowly':
        return answered(say.acceptanceOf(accept(job).requestId, random));
      case 'isDoneAtOnce': {
        const { requestId } = accept(job, 'completed');
        const { json } = say.endOf('completed', requestId, random);
        const handle = random.chance(0.5) ? { poll_url: say.pollUrlOf(requestId) } : {};
        return answered(say.jsonResponse(200, Object.assign(handle, json)));
      }
      case 'acceptsBehind500':
        return answered(say.jsonResponse(500, { request_id: accept(job).requestId, status: 'QUEUED', error: 'Oh' }));
      case 'losesTheAnswer':
        accept(job);
        return silence();
      case 'losesTheRequest':
      case 'cannotBeReached':
        return silence();
      case 'answersGarbage':
        if (random.chance(0.7)) accept(job);
        return answered(say.unreadableResponse(200));
      case 'answers502': {
        if (random.chance(0.6)) accept(job);
        const status = random.pick([502, 504, 520]);
        return answered(
          random.pick([say.unreadableResponse(status), say.jsonResponse(status, { error: 'Bad gateway' })]),
        );
      }
      case 'answers500':
        if (!climate.isHonest && random.chance(0.5)) accept(job);
        return answered(say.jsonResponse(random.pick([500, 503]), { error: 'Internal server error' }));
      case 'throttles':
        return answered(say.throttlingOf(timeline.now() + random.whole(500, 20_000), timeline.now(), random));
      case 'refuses':
        return answered(say.refusalOf(random));
    }
  }

  /** No answer: the connection breaks after a while, or stays open for longer than anyone waits. */
  async function silence(): Promise<HttpOutcome> {
    await timeline.wait(random.whole(1, 12_000));
    return unanswered('ECONNRESET');
  }

  async function poll(job: Job): Promise<HttpOutcome> {
    const beganAt = timeline.now();
    return Promise.race([answerPoll(job, random.weighted(climate.moods.poll)), untilTimeout(beganAt, pollTimeoutMs)]);
  }

  async function answerPoll(job: Job, mood: PollMood): Promise<HttpOutcome> {
    await timeline.wait(random.whole(1, mood === 'answersSlowly' ? 6000 : 200));
    const now = timeline.now();
    const made = paid.find(({ requestId }) => job.pollUrl?.endsWith(`/${requestId}`));
    if (made === undefined) return answered(say.unknownRequest(job.requestId ?? ''));
    switch (mood) {
      case 'answers':
      case 'answersSlowly':
        return answered(recordOf(made, now, random));
      case 'isStale':
        return answered(say.jsonResponse(200, { status: 'QUEUED', output: '' }));
      case 'speaksUnknownWords':
        return answered(say.jsonResponse(200, { status: 'WARMING_UP', output: '' }));
      case 'faults': {
        const answer = say.passingFaultOf(random);
        return answer === null ? silence() : answered(answer);
      }
      case 'knowsNothing':
        return answered(
          now < made.acceptedAt + lagMs ? say.unknownRequest(made.requestId) : recordOf(made, now, random),
        );
      case 'throttles':
        return answered(say.throttlingOf(now + random.whole(500, 10_000), now, random));
    }
  }

  return { paid, posts, submit, poll };
}

/** What the sender can know from the answer. */
function outcomeOf(mood: SubmitMood): 'told' | 'unknown' | 'mayBeResent' {
  if (mood === 'answers500') return 'mayBeResent';
  return mood === 'answersGarbage' || mood === 'answers502' ? 'unknown' : 'told';
}

function answered(response: HttpResponse): HttpOutcome {
  return { type: 'answered', response };
}

function unanswered(reason: string): HttpOutcome {
  return { type: 'unanswered', reason };
}
