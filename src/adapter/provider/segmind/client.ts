import { validateHeaderValue } from 'node:http';
import type { Job } from '../../../domain/job.ts';
import type { Clock, Log, PollResponse, Provider, ProviderHealth, SubmitResult } from '../../../ports.ts';
import type { AuthForm } from './auth.ts';
import { readCredits, readRemainingCredits } from './credits.ts';
import { createHealth } from './health.ts';
import type { Reading } from './job-record.ts';
import { createKeyAlarm } from './key-alarm.ts';
import { refusesKey } from './key-refusal.ts';
import { parametersOf, type SeedType } from './parameters.ts';
import { createPollReport } from './poll-report.ts';
import { pollResultOf } from './poll-response.ts';
import { createRedact } from './redact.ts';
import { isSuccess, type Reply } from './response.ts';
import { createRoutes } from './routes.ts';
import { createSubmitReport } from './submit-report.ts';
import { submitResultOf } from './submit-response.ts';
import { createThrottle } from './throttle.ts';
import { openTransport, type Timeouts } from './transport.ts';

/** How to reach the provider, and how to speak to it. */
export type SegmindOptions = {
  /** http or https, with or without a path. Its origin is the only place that the key goes to. */
  readonly baseUrl: string;
  /** `<24 hex>-v<version>`. */
  readonly workflow: string;
  readonly apiKey: string;
  /** Tried first; after a 401 the other of bearer and x-api-key is tried once, and kept where it works. */
  readonly auth: AuthForm;
  readonly seedType: SeedType;
  /** How long the provider keeps finished videos, in milliseconds; null where it does not delete them. */
  readonly fileLifetimeMs: number | null;
  readonly clock: Clock;
  readonly log: Log;
  /** By default 3,000 for connecting, 10,000 for a submit, 5,000 for a look. */
  readonly timeouts?: Partial<Timeouts>;
};

/** The provider, over its REST API. */
export type Segmind = Provider & {
  /** The credits left on the operator's account, asked for now; null where that cannot be learnt. Takes at most 5 s, never rejects. */
  credits(): Promise<number | null>;
  /** How it stands with the provider. Asks for the credits where that was not done within the last minute; never rejects. */
  health(): Promise<ProviderHealth>;
  /** The credits left as an answer last mentioned them; null before one did. */
  remainingCredits(): number | null;
  /** Cuts looks under way, which become faults. A submit under way goes on to its end: cutting it would leave its outcome unknown. */
  close(): Promise<void>;
};

/** How long the provider keeps the files that its workflows make: 7 days, in milliseconds. */
export const segmindFileLifetimeMs = 7 * 86_400_000;

const passingFault: PollResponse = { event: { type: 'fault' }, retryAt: null };

const defaultTimeouts: Timeouts = { connectMs: 3000, submitMs: 10_000, pollMs: 5000 };

/** Opens a client of the provider. Throws where the base URL is none, or where no header can carry the key. */
export function openSegmind(options: SegmindOptions): Segmind {
  const { apiKey, clock, log, fileLifetimeMs } = options;
  validateHeaderValue('x-api-key', apiKey);
  const redact = createRedact(apiKey);
  const routes = createRoutes(options.baseUrl, options.workflow, redact);
  const throttle = createThrottle(clock);
  const keyAlarm = createKeyAlarm(clock, log);
  const report = createSubmitReport(log, redact, routes);
  const reportPoll = createPollReport(log);
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const transport = openTransport({ origin: routes.origin, apiKey, auth: options.auth, clock, timeouts, note });
  const reading = (prompt: string): Reading => ({
    now: clock.now(),
    fileLifetimeMs,
    redact,
    origin: routes.origin,
    prompt,
  });
  let remainingCredits: number | null = null;
  const health = createHealth(clock, credits);
  const retryAt: typeof throttle.retryAt = (headers) => health.pause(throttle.retryAt(headers));

  function note(reply: Reply): void {
    health.note(reply);
    if (reply.type !== 'answered') return;
    const { answer } = reply;
    remainingCredits = readRemainingCredits(answer) ?? remainingCredits;
    if (refusesKey(answer)) keyAlarm.raise(answer.status);
    if (isSuccess(answer.status)) keyAlarm.clear();
    if (answer.status !== 429) throttle.clear();
  }

  async function submit(job: Job, mayBegin: () => boolean): Promise<SubmitResult> {
    const body = JSON.stringify(parametersOf(job, options.seedType));
    const reply = await transport.post(routes.submit, body, mayBegin);
    const result = submitResultOf(reply, { ...reading(job.prompt), routes, retryAt });
    report(job, result, reply);
    return result;
  }

  async function poll(job: Job): Promise<PollResponse> {
    try {
      // Rows are data, too: where the key may go is asked again of what is read from one.
      const path = routes.pollPathOf(job.pollUrl, job.requestId);
      return path === null ? passingFault : pollResponseOf(job, await transport.get(path));
    } catch (err) {
      log.error({ err, jobId: job.id }, 'A look failed inside the gateway.');
      return passingFault;
    }
  }

  function pollResponseOf(job: Job, reply: Reply): PollResponse {
    if (reply.type !== 'answered') {
      const reason = 'reason' in reply ? redact(reply.reason) : null;
      log.debug({ jobId: job.id, reason }, 'A look at the provider brought no answer.');
      return passingFault;
    }
    const { answer } = reply;
    const result = pollResultOf(answer, job.requestId, reading(job.prompt));
    reportPoll(job, result);
    return { ...result, retryAt: answer.status === 429 ? retryAt(answer.headers) : null };
  }

  async function credits(): Promise<number | null> {
    const reply = await transport.get(routes.credits.pathname);
    return reply.type === 'answered' ? readCredits(reply.answer) : null;
  }

  return {
    submit: (job, mayBegin) =>
      submit(job, mayBegin).catch((err: unknown) => {
        log.error({ err, jobId: job.id }, 'A submit failed inside the gateway; its outcome counts as unknown.');
        return { type: 'unconfirmed', httpStatus: null };
      }),
    poll,
    credits,
    health: health.read,
    remainingCredits: () => remainingCredits,
    close: () => transport.close(),
  };
}
