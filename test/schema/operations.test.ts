import { describe, expect, it } from 'vitest';
import { jobFailure } from '../../src/domain/failure-code.ts';
import type { Viewer } from '../../src/gateway/gateway.ts';
import type { Page } from '../../src/ports.ts';
import { jobOf } from '../provider/segmind-world.ts';
import { ada, codesOf, opaque, run, sampleAccount, sliceOf, uuidOf } from './world.ts';

const admin: Viewer = { ...ada, roles: ['admin'] };

describe('operations', () => {
  it.each(['lossJobs { jobId }', 'troubledJobs { jobId }', 'accounts { edges { cursor } }', 'provider { credits }'])(
    'are for admins: %s',
    async (field) => {
      expect(codesOf(await run(`{ operations { ${field} } }`))).toEqual(['FORBIDDEN']);
    },
  );

  it('list all accounts by user, in pages, optionally only user ids with a prefix', async () => {
    const owners = ['ada', 'ada:b', 'zoë'];
    const all = owners.map((owner, index) => sampleAccount({ id: uuidOf(index), owner }));
    const prefixes: string[] = [];
    const accounts = async (_viewer: Viewer, prefix: string, page: Page<string>) => {
      prefixes.push(prefix);
      return sliceOf(all, ({ owner }) => owner, page);
    };
    const source = `query ($after: String) { operations { accounts(first: 2, after: $after, userIdPrefix: "") {
      edges { cursor node { userId available } } pageInfo { hasNextPage endCursor } } } }`;
    const firstPage = await run(source, { gateway: { accounts }, viewer: admin });
    expect(firstPage.data).toEqual({
      operations: {
        accounts: {
          edges: [
            { cursor: opaque('accounts:ada'), node: { userId: 'ada', available: 933 } },
            { cursor: opaque('accounts:ada:b'), node: { userId: 'ada:b', available: 933 } },
          ],
          pageInfo: { hasNextPage: true, endCursor: opaque('accounts:ada:b') },
        },
      },
    });
    const variables = { after: opaque('accounts:ada:b') };
    const rest = await run(source, { gateway: { accounts }, viewer: admin, variables });
    expect(rest.data).toMatchObject({ operations: { accounts: { edges: [{ node: { userId: 'zoë' } }] } } });
    await run('{ operations { accounts(userIdPrefix: "zo") { pageInfo { hasNextPage } } } }', {
      gateway: { accounts },
      viewer: admin,
    });
    expect(prefixes).toEqual(['', '', 'zo']);
    const foreign = await run(source, {
      gateway: { accounts },
      viewer: admin,
      variables: { after: opaque('ledger:1') },
    });
    expect(codesOf(foreign)).toEqual(['BAD_USER_INPUT']);
  });

  it('list jobs in trouble and losses without the users’ content', async () => {
    const running = jobOf({
      state: 'QUEUED',
      faults: 3,
      requestId: 'r1',
      submittedAt: 0,
      createdAt: 0,
      polledAt: 1000,
    });
    const lost = jobOf({
      state: 'FAILED',
      failure: jobFailure('SUBMISSION_UNCONFIRMED', 502),
      pollAt: null,
      providerMessage: 'Bad gateway',
      providerHttpStatus: 502,
      providerCost: 0.67,
    });
    const limits: number[] = [];
    const listing = (job: typeof lost) => async (_viewer: Viewer, limit: number) => {
      limits.push(limit);
      return [job];
    };
    const { data } = await run(
      `{ operations {
        troubledJobs(first: 5) { userId status faults providerRequestId polledAt failureCode }
        lossJobs { jobId status failureCode hasLateVideo nextPollAt providerMessage providerHttpStatus providerCost }
      } }`,
      { gateway: { troubledJobs: listing(running), lossJobs: listing(lost) }, viewer: admin },
    );
    expect(data).toEqual({
      operations: {
        troubledJobs: [
          {
            userId: 'ann',
            status: 'QUEUED',
            faults: 3,
            providerRequestId: 'r1',
            polledAt: '1970-01-01T00:00:01.000Z',
            failureCode: null,
          },
        ],
        lossJobs: [
          {
            jobId: lost.id,
            status: 'FAILED',
            failureCode: 'SUBMISSION_UNCONFIRMED',
            hasLateVideo: false,
            nextPollAt: null,
            providerMessage: 'Bad gateway',
            providerHttpStatus: 502,
            providerCost: 0.67,
          },
        ],
      },
    });
    expect(limits).toEqual([5, 20]);
    expect(codesOf(await run('{ operations { lossJobs(first: 101) { jobId } } }', { viewer: admin }))).toEqual([
      'BAD_USER_INPUT',
    ]);
  });

  it("show the provider's health, and null before it is known", async () => {
    const health = {
      answeredAt: 0,
      silentSince: null,
      keyRefusedSince: null,
      pausedUntil: 1000,
      credits: 12.51,
      creditsLow: true,
    };
    const source =
      '{ operations { provider { answeredAt silentSince keyRefusedSince pausedUntil credits creditsLow } } }';
    const known = await run(source, { gateway: { providerHealth: async () => health }, viewer: admin });
    expect(known.data).toEqual({
      operations: {
        provider: {
          ...health,
          answeredAt: '1970-01-01T00:00:00.000Z',
          pausedUntil: '1970-01-01T00:00:01.000Z',
        },
      },
    });
    const unknown = await run(source, { gateway: { providerHealth: async () => null }, viewer: admin });
    expect(unknown.data).toEqual({ operations: { provider: null } });
  });
});
