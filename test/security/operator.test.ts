import { describe, expect, it, vi } from 'vitest';
import { tokenOf } from '../server/world.ts';
import { endpointOf } from '../store/contract/webhook-world.ts';
import { accepted, admit, anyJob, claimed, failed, first, processing } from '../store/contract/world.ts';
import { request } from '../world/gateway.ts';
import { codesOf, keyOf, open } from './world.ts';

const fields = `id jobId userId status failureCode failureMessage externalId apiKeyId chargeState credits faults hasLateVideo
  providerRequestId providerMessage providerHttpStatus providerCost createdAt submittedAt startedAt finishedAt deletedAt
  webhooks { type state attempts { httpStatus } }`;

const find = `query ($id: ID, $request: String) { operations { job(id: $id, providerRequestId: $request) { ${fields} } } }`;

const list = `query ($filter: OperatorJobFilter, $first: Int, $after: String) {
  operations { jobs(filter: $filter, first: $first, after: $after) {
    totalCount nodes { jobId userId } edges { cursor } pageInfo { hasNextPage endCursor }
  } }
}`;

const generate = `mutation ($input: GenerateVideoInput!) { generateVideo(input: $input) {
  ... on GenerateVideoSuccess { job { id } } ... on Failure { message }
} }`;

/** A world with a job of ada's, made with a key and failed, one of bob's, and one of ada's in LIVE. */
async function withJobs() {
  const world = await open();
  const { secret, apiKey } = await keyOf(world, { userId: 'ada', label: ' Newsroom ' });
  const input = { prompt: 'A secret', externalId: 'order-1' };
  const account = await world.store.arrive({ owner: 'ada', environment: 'TEST' }, 1000, world.clock.now());
  const endpoint = endpointOf({ owner: account.owner, environment: 'TEST', eventTypes: ['job.failed'] });
  await world.store.createWebhookEndpoint(endpoint, 20);
  const generated = request(world, generate, { input }, secret);
  const job = await vi.waitUntil(async () => (await world.store.listJobs(account.id, anyJob, first(1))).items[0]);
  let lived = job;
  for (const event of [claimed, accepted, processing, failed]) lived = await world.happen(lived, event);
  const id: string = (await generated).data.generateVideo.job.id;
  const jobId = job.id;
  await admit(world.store, { account: { owner: 'bob', environment: 'TEST' }, input: { ...lived, prompt: 'Another' } });
  const bob = await tokenOf({ sub: 'bob', env: 'test' }, '2027-01-01T00:00:00Z');
  const liveAdmin = await tokenOf({ sub: 'root', env: 'live', roles: ['admin'] }, '2027-01-01T00:00:00Z');
  return { world, id, jobId, apiKey, secret, bob, liveAdmin };
}

describe('an operator', () => {
  it("finds a user's job by either spelling of its id and by the provider's, without its prompt", async () => {
    const { world, id, jobId, apiKey } = await withJobs();
    const found: unknown[] = [];
    for (const variables of [
      { id },
      { id: jobId },
      { id: ` ${jobId.toUpperCase()}` },
      { request: accepted.requestId },
    ]) {
      found.push((await request(world, find, variables, world.admin)).data.operations.job);
    }
    expect(new Set(found.map((job) => JSON.stringify(job))).size).toBe(1);
    expect(found[0]).toMatchObject({
      id,
      jobId,
      userId: 'ada',
      status: 'FAILED',
      failureCode: 'GENERATION_FAILED',
      failureMessage: 'No.',
      externalId: 'order-1',
      apiKeyId: apiKey.id,
      chargeState: 'RELEASED',
      credits: 1,
      hasLateVideo: false,
      providerRequestId: accepted.requestId,
      deletedAt: null,
      webhooks: [{ type: 'JOB_FAILED', state: 'PENDING', attempts: [] }],
    });
    expect(JSON.stringify(found)).not.toContain('A secret');
  });

  it('lists the jobs of all users or of one, page by page, with a count', async () => {
    const { world, jobId } = await withJobs();
    const read = async (variables: Record<string, unknown>) => {
      const response = await request(world, list, variables, world.admin);
      return response.data.operations.jobs;
    };
    const all = await read({ first: 1 });
    expect([all.totalCount, all.nodes.length, all.pageInfo.hasNextPage]).toEqual([2, 1, true]);
    const rest = await read({ first: 1, after: all.pageInfo.endCursor });
    expect(rest.pageInfo.hasNextPage).toBe(false);
    expect(new Set([all.nodes[0].userId, rest.nodes[0].userId])).toEqual(new Set(['ada', 'bob']));
    for (const filter of [
      { userId: 'ada' },
      { status: ['FAILED'] },
      { failureCode: ['GENERATION_FAILED'], externalId: 'order-1' },
      { userId: 'ada', externalId: 'order-1', createdAfter: '2020-01-01T00:00:00Z' },
    ]) {
      expect(await read({ filter }), JSON.stringify(filter)).toMatchObject({ totalCount: 1, nodes: [{ jobId }] });
    }
    for (const filter of [{ userId: 'ad' }, { userId: 'nobody' }, { createdBefore: '2020-01-01T00:00:00Z' }]) {
      expect(await read({ filter }), JSON.stringify(filter)).toMatchObject({ totalCount: 0, nodes: [] });
    }
  });

  it('of the other environment finds nothing', async () => {
    const { world, id, jobId, liveAdmin } = await withJobs();
    for (const variables of [{ id }, { id: jobId }, { request: accepted.requestId }, { id: 'nonsense' }]) {
      expect((await request(world, find, variables, liveAdmin)).data.operations).toEqual({ job: null });
    }
    for (const filter of [null, { userId: 'ada' }, { externalId: 'order-1' }]) {
      const { data } = await request(world, list, { filter }, liveAdmin);
      expect(data.operations.jobs).toMatchObject({ totalCount: 0, nodes: [] });
    }
  });

  it('who is no admin, or has a key without that scope, is refused', async () => {
    const { world, id, secret, bob } = await withJobs();
    for (const token of [bob, secret]) {
      expect(codesOf(await request(world, find, { id }, token))).toEqual(['FORBIDDEN']);
      expect(codesOf(await request(world, list, {}, token))).toEqual(['FORBIDDEN']);
    }
  });

  it.each([{}, { id: 'x', request: 'y' }, { request: 'a\0b' }])('must name one job: %j', async (variables) => {
    const world = await open();
    const response = await request(world, find, variables, world.admin);
    expect(codesOf(response)).toEqual(['BAD_USER_INPUT']);
    expect(response.data.operations).toEqual({ job: null });
  });
});

describe('the label of a key', () => {
  it('is shown in lists, without spaces at its ends', async () => {
    const { world, apiKey } = await withJobs();
    const { data } = await request(world, '{ apiKeys { nodes { id label } } }', {}, world.admin);
    expect(data.apiKeys.nodes).toEqual([{ id: apiKey.id, label: 'Newsroom' }]);
  });

  it.each(['', '   ', 'x'.repeat(101), 'a\nb', 'a\u0007b'])(
    'is refused if it is no line of text: %j',
    async (label) => {
      const world = await open();
      expect(await keyOf(world, { userId: 'ada', label })).toEqual({ issues: [{ path: ['label'] }] });
    },
  );

  it('may have 100 characters of any script', async () => {
    const world = await open();
    expect(await keyOf(world, { userId: 'ada', label: '🎬'.repeat(100) })).toMatchObject({
      secret: expect.any(String),
    });
  });
});
