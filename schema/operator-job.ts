import { statusOf } from '../src/domain/job.ts';
import type { Builder } from './builder.ts';
import { refusal } from './error.ts';

/** The most jobs that an operator's list returns. */
const maxJobs = 100;

const defaultJobs = 20;

/** Adds OperatorJob. */
export function addOperatorJob(builder: Builder): void {
  builder.objectType('OperatorJob', {
    description: "A user's job as an operator sees it: how it is doing at the provider, without its prompt or video.",
    fields: (t) => ({
      jobId: t.exposeID('id', {
        description: "The job's id in the log and in `reelgate losses`. It is not a global id.",
      }),
      userId: t.exposeID('owner', { description: 'The user who owns the job.' }),
      status: t.field({
        type: 'JobStatus',
        description: 'The current status.',
        resolve: ({ state }) => statusOf(state),
      }),
      failureCode: t.field({
        type: 'FailureCode',
        nullable: true,
        description: 'Why the job failed; null unless it is FAILED.',
        resolve: ({ failure }) => failure?.code ?? null,
      }),
      faults: t.exposeInt('faults', {
        description: 'How many requests about the job in a row got no usable response from the provider.',
      }),
      hasLateVideo: t.boolean({
        description: 'Whether the provider delivered a video after the gateway had given up.',
        resolve: ({ lateVideo }) => lateVideo !== null,
      }),
      providerRequestId: t.exposeString('requestId', {
        nullable: true,
        description: "The provider's id for the job, to compare with its bill; null if there is none.",
      }),
      providerMessage: t.exposeString('providerMessage', {
        nullable: true,
        description:
          "The provider's own words for its last refusal or failure, or its unknown status word: one line of at most 500 characters, " +
          'without keys. Null if it said none.',
      }),
      providerHttpStatus: t.exposeInt('providerHttpStatus', {
        nullable: true,
        description: 'The HTTP status of that response; null if there was none.',
      }),
      providerCost: t.exposeFloat('providerCost', {
        nullable: true,
        description: 'What the provider reported as the cost of the job, in its own credits; null if it reported none.',
      }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the job was stored.' }),
      submittedAt: t.expose('submittedAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the provider accepted the job; null until then.',
      }),
      deadlineAt: t.expose('deadlineAt', { type: 'DateTime', description: 'When the gateway gives up on the job.' }),
      polledAt: t.expose('polledAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the gateway last asked the provider about the job; null if it never did.',
      }),
      nextPollAt: t.expose('pollAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the gateway asks next; null if there is nothing left to ask.',
      }),
    }),
  });
}

/** Reads the `first` argument; null means the default. Throws BAD_USER_INPUT if it is out of bounds. */
export function readListLimit(first: number | null | undefined): number {
  const limit = first ?? defaultJobs;
  if (limit < 0 || limit > maxJobs) throw refusal('BAD_USER_INPUT', `first must be between 0 and ${maxJobs}.`);
  return limit;
}
