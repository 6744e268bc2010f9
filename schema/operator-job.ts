import { statusOf } from '../src/domain/job.ts';
import type { Builder } from './builder.ts';
import { refusal } from './error.ts';

/** How many an operator's list may have. */
const maxJobs = 100;

const defaultJobs = 20;

/** Adds OperatorJob. */
export function addOperatorJob(builder: Builder): void {
  builder.objectType('OperatorJob', {
    description:
      "Somebody's job as an operator sees it: where it stands with the provider, and nothing of what it shows.",
    fields: (t) => ({
      jobId: t.exposeID('id', { description: 'As the log and `reelgate losses` name it.' }),
      userId: t.exposeID('owner', { description: 'Whose it is.' }),
      status: t.field({ type: 'JobStatus', description: 'Where it stands.', resolve: ({ state }) => statusOf(state) }),
      failureCode: t.field({
        type: 'FailureCode',
        nullable: true,
        description: 'Why it failed; null unless it is FAILED.',
        resolve: ({ failure }) => failure?.code ?? null,
      }),
      faults: t.exposeInt('faults', {
        description: 'How many requests about it in a row were not answered, or with nothing that could be used.',
      }),
      hasLateVideo: t.boolean({
        description: 'Whether the provider delivered after it had been given up.',
        resolve: ({ lateVideo }) => lateVideo !== null,
      }),
      providerRequestId: t.exposeString('requestId', {
        nullable: true,
        description: 'What the provider calls it, to be compared with its bill.',
      }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was stored.' }),
      submittedAt: t.expose('submittedAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the provider accepted it.',
      }),
      deadlineAt: t.expose('deadlineAt', { type: 'DateTime', description: 'When the gateway gives up on it.' }),
      polledAt: t.expose('polledAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the provider was last asked about it.',
      }),
      nextPollAt: t.expose('pollAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When it is asked next; null where nothing is left to ask.',
      }),
    }),
  });
}

/** How many jobs are asked for; null means the default. Throws BAD_USER_INPUT where that is out of bounds. */
export function readListLimit(first: number | null | undefined): number {
  const limit = first ?? defaultJobs;
  if (limit < 0 || limit > maxJobs) throw refusal('BAD_USER_INPUT', `first takes 0 to ${maxJobs}.`);
  return limit;
}
