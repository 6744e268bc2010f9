import { describe, expect, test, vi } from 'vitest';
import { type JobFailureCode, jobFailure } from '../../src/domain/failure-code.ts';
import type { Job, LifeEvent } from '../../src/domain/job.ts';
import { idOf, openWorld, type World } from '../hub/world.ts';
import { tokenOf } from '../server/world.ts';
import { anyJob, first } from '../store/contract/world.ts';
import { request } from '../world/gateway.ts';

/** Every failure that a job can end with: its GraphQL type, and the event that ends an unaccepted job this way. */
const ends: Readonly<Record<JobFailureCode, readonly [type: string, event: LifeEvent]>> = {
  INSUFFICIENT_CREDITS: ['InsufficientCreditsError', refused('INSUFFICIENT_CREDITS', 406)],
  PROVIDER_BAD_REQUEST: ['ProviderError', refused('PROVIDER_BAD_REQUEST', 400)],
  PROVIDER_UNAUTHORIZED: ['ProviderError', refused('PROVIDER_UNAUTHORIZED', 401)],
  PROVIDER_FORBIDDEN: ['ProviderError', refused('PROVIDER_FORBIDDEN', 403)],
  PROVIDER_WORKFLOW_NOT_FOUND: ['ProviderError', refused('PROVIDER_WORKFLOW_NOT_FOUND', 404)],
  PROVIDER_UNAVAILABLE: ['ProviderError', refused('PROVIDER_UNAVAILABLE', 500)],
  PROVIDER_TIMEOUT: ['ProviderError', refused('PROVIDER_TIMEOUT')],
  PROVIDER_BAD_OUTPUT: ['ProviderError', refused('PROVIDER_BAD_OUTPUT')],
  PROVIDER_JOB_LOST: ['ProviderError', refused('PROVIDER_JOB_LOST', 404)],
  GENERATION_FAILED: ['GenerationFailedError', refused('GENERATION_FAILED')],
  CONTENT_REJECTED: ['ContentRejectedError', refused('CONTENT_REJECTED', 400)],
  SUBMISSION_UNCONFIRMED: ['SubmissionUnconfirmedError', { type: 'unconfirmed', httpStatus: 504 }],
  DEADLINE_EXCEEDED: ['DeadlineExceededError', { type: 'deadline', unseen: false }],
};

function refused(code: JobFailureCode, httpStatus: number | null = null): LifeEvent {
  return { type: 'refused', failure: jobFailure(code, httpStatus, 'As the provider says.') };
}

const failureTypes = [...new Set(Object.values(ends).map(([type]) => type))];

const failedJobs = failureTypes.map((type) => `... on ${type} { failedJob { id status charge { state } } }`).join(' ');

const resultFields = `__typename ... on Failure { code message retryable } ... on GenerateVideoSuccess { replayed job { id } }
  ${failedJobs}`;

const generate = `mutation ($key: String) { generateVideo(input: { idempotencyKey: $key }) { ${resultFields} } }`;

const retry = `mutation ($id: ID!, $key: String) { retryJob(id: $id, idempotencyKey: $key) { ${resultFields} } }`;

async function endNewest(world: World, event: LifeEvent): Promise<Job> {
  const job = await vi.waitFor(
    async () => {
      const account = await world.store.arrive({ owner: 'ada', environment: 'TEST' }, 1000, world.clock.now());
      const { items } = await world.store.listJobs(account.id, { ...anyJob, status: ['PENDING'] }, first(1));
      const [newest] = items;
      if (newest === undefined) throw new Error('Nothing has been stored yet.');
      return newest;
    },
    { timeout: 60_000 },
  );
  const isSent = event.type !== 'deadline';
  return world.happen(isSent ? await world.happen(job, { type: 'claimed' }) : job, event);
}

describe('the mutation returns every failure that a job can end with', () => {
  test.each(Object.entries(ends))('%s', async (code, [type, event]) => {
    const world = await openWorld();
    const token = await tokenOf({ sub: 'ada', env: 'test' }, '2027-01-01T00:00:00Z');
    const ask = async (query: string, variables: object) => {
      const { data, errors } = await request(world, query, { ...variables }, token);
      expect(errors).toBeUndefined();
      return data.generateVideo ?? data.retryJob;
    };
    const resultOf = (job: Job) => ({
      __typename: type,
      code,
      message: job.failure?.message,
      retryable: expect.any(Boolean),
      failedJob: { id: idOf(job), status: 'FAILED', charge: { state: 'RELEASED' } },
    });

    const made = ask(generate, { key: 'a' });
    const job = await endNewest(world, event);
    expect(await made).toEqual(resultOf(job));
    expect(await ask(generate, { key: 'a' })).toEqual(resultOf(job));

    for (const key of [null, 'b']) {
      const retried = ask(retry, { id: idOf(job), key });
      const again = await endNewest(world, event);
      expect(again.retryOf).toBe(job.id);
      expect(await retried).toEqual(resultOf(again));
      expect(await ask(retry, { id: idOf(job), key })).toEqual(resultOf(again));
    }
  });
});
