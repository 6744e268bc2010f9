import { validateHeaderValue } from 'node:http';
import type { Job } from '../../../domain/job.ts';
import { jobFactsOf } from '../../../domain/job-facts.ts';
import { noProxies, type Proxies } from '../../../lib/proxy.ts';
import type { Clock, Log, PollResponse, Provider, ProviderHealth, SubmitResult } from '../../../ports.ts';
import type { AuthForm } from './auth.ts';
import { createCreditAlarm } from './credit-alarm.ts';
import { readCredits, readRemainingCredits } from './credits.ts';
import { createHealth } from './health.ts';
import type { ReadingContext } from './job-record.ts';
import { createKeyAlarm } from './key-alarm.ts';
import { refusesKey } from './key-refusal.ts';
import { parametersOf, type SeedType } from './parameters.ts';
import { createPollReport } from './poll-report.ts';
import { pollResultOf } from './poll-response.ts';
import { createRedact } from './redact.ts';
import { type Headers, type HttpOutcome, isSuccess } from './response.ts';
import { createRoutes } from './routes.ts';
import { createSubmitReport } from './submit-report.ts';
import { submitResultOf } from './submit-response.ts';
import { createThrottle } from './throttle.ts';
import { openTransport, type Timeouts } from './transport.ts';

/** How to reach the provider, and how to speak to it. */
export type SegmindOptions = {
  /** http or https, with or without a path. The key is sent to no other origin. */
  readonly baseUrl: string;
  /** `<24 hex>-v<version>`. */
  readonly workflow: string;
  readonly apiKey: string;
  /** Tried first. After a 401 the other of bearer and x-api-key is tried once, and kept if it works. */
  readonly auth: AuthForm;
  readonly seedType: SeedType;
  /** How long the provider keeps finished videos, in milliseconds; null if it never deletes them. */
  readonly fileLifetimeMs: number | null;
  /** Warns in the log when the operator's account falls below this many of the provider's credits; null or absent: never. */
  readonly lowCredits?: number | null;
  readonly clock: Clock;
  readonly log: Log;
  /** By default 3,000 for connecting, 10,000 for a submit, 5,000 for a poll. */
  readonly timeouts?: Partial<Timeouts>;
  /** Without it, connections are direct. */
  readonly proxies?: Proxies;
};

/** The provider, over its REST API. */
export type Segmind = Provider & {
  /** Requests the credits left on the operator's account; null if the provider does not return them. Takes at most 5 s, never rejects. */
  credits(): Promise<number | null>;
  /** The provider's health. Requests the credits unless that was done within the last minute. Never rejects. */
  health(): Promise<ProviderHealth>;
  /** The credits left according to the last response that mentioned them; null before one did. */
  remainingCredits(): number | null;
  /** Aborts polls in flight, which become faults. Submits in flight run to their end: aborting one would leave its outcome unknown. */
  close(): Promise<void>;
};

/** How long the provider keeps the files of its workflows: 7 days, in milliseconds. */
export const segmindFileLifetimeMs = 7 * 86_400_000;

const transientFault: PollResponse = { event: { type: 'fault' }, retryAt: null };

const defaultTimeouts: Timeouts = { connectMs: 3000, submitMs: 10_000, pollMs: 5000 };

/** Opens a client of the provider. Throws if the base URL is invalid, or if no header can carry the key. */
export function openSegmind(options: SegmindOptions): Segmind {
  const { apiKey, auth, proxies = noProxies, clock, log, fileLifetimeMs } = options;
  validateHeaderValue('x-api-key', apiKey);
  const redact = createRedact(apiKey);
  const routes = createRoutes(options.baseUrl, options.workflow, redact);
  // Polls go on while submits wait, so a response to a poll must not reset the backoff of submits.
  const throttles = { submit: createThrottle(clock), poll: createThrottle(clock) };
  const keyAlarm = createKeyAlarm(clock, log);
  const report = createSubmitReport(log, redact, routes);
  const reportPoll = createPollReport(log, clock);
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const transport = openTransport({ origin: routes.origin, apiKey, auth, clock, timeouts, proxies, note });
  const context = (prompt: string): ReadingContext => ({
    now: clock.now(),
    fileLifetimeMs,
    redact,
    origin: routes.origin,
    prompt,
  });
  const creditAlarm = createCreditAlarm(options.lowCredits ?? null, log);
  const health = createHealth(clock, credits);
  const retryAtOf = (kind: keyof typeof throttles) => (headers: Headers) =>
    health.pause(throttles[kind].retryAt(headers));

  function note(outcome: HttpOutcome): void {
    health.note(outcome);
    if (outcome.type !== 'answered') return;
    const { response } = outcome;
    const remaining = readRemainingCredits(response);
    if (remaining !== null) creditAlarm.note(remaining);
    if (refusesKey(response)) keyAlarm.raise(response.status);
    if (isSuccess(response.status)) keyAlarm.clear();
  }

  async function submit(job: Job, mayBegin: () => boolean): Promise<SubmitResult> {
    const body = JSON.stringify(parametersOf(job, options.seedType));
    const outcome = await transport.post(routes.submit, body, mayBegin);
    if (outcome.type === 'answered' && outcome.response.status !== 429) throttles.submit.clear();
    const retryAt = retryAtOf('submit');
    const result = submitResultOf(outcome, { ...context(job.prompt), routes, retryAt });
    report(job, result, outcome);
    return result;
  }

  async function poll(job: Job): Promise<PollResponse> {
    try {
      // The row's address is checked again, because the key goes there.
      const path = routes.pollPathOf(job.pollUrl, job.requestId);
      return path === null ? transientFault : pollResponseOf(job, await transport.get(path));
    } catch (err) {
      log.error({ err, ...jobFactsOf(job) }, 'A poll failed inside the gateway.');
      return transientFault;
    }
  }

  function pollResponseOf(job: Job, outcome: HttpOutcome): PollResponse {
    if (outcome.type !== 'answered') {
      const reason = 'reason' in outcome ? redact(outcome.reason) : null;
      log.debug({ ...jobFactsOf(job), reason }, 'The provider did not respond to a poll.');
      return transientFault;
    }
    const { response } = outcome;
    if (response.status !== 429) throttles.poll.clear();
    const retryAt = response.status === 429 ? retryAtOf('poll')(response.headers) : null;
    const result = { ...pollResultOf(response, job.requestId, context(job.prompt)), retryAt };
    reportPoll(job, result);
    return result;
  }

  async function credits(): Promise<number | null> {
    const outcome = await transport.get(routes.credits.pathname);
    const left = outcome.type === 'answered' ? readCredits(outcome.response) : null;
    if (left !== null) creditAlarm.note(left);
    return left;
  }

  return {
    submit: (job, mayBegin) =>
      submit(job, mayBegin).catch((err: unknown) => {
        log.error(
          { err, ...jobFactsOf(job) },
          'A submit failed inside the gateway; its outcome is treated as unknown.',
        );
        return { type: 'unconfirmed', httpStatus: null };
      }),
    poll,
    credits,
    health: async () => ({ ...(await health.read()), creditsLow: creditAlarm.isLow() }),
    remainingCredits: creditAlarm.credits,
    close: () => transport.close(),
  };
}
