import { describe, expect, it } from 'vitest';
import { idOf } from '../hub/world.ts';
import { openConnection, subscribeMessage } from '../protocol/raw-socket.ts';
import { failed, lives } from '../store/contract/world.ts';
import { request } from '../world/gateway.ts';
import { clientTokenOf, codesOf, createToken, generate, open, stream } from './world.ts';

describe('a client token', () => {
  it('lets a browser act for its user, and for nobody else', async () => {
    const world = await open();
    const token = await clientTokenOf(world, { userId: 'ada', scopes: ['JOBS_WRITE', 'CREDITS_READ'] });
    const seen = await request(world, '{ viewer { userId roles scopes account { available } } }', {}, token);
    expect(seen.data.viewer).toMatchObject({
      userId: 'ada',
      roles: [],
      scopes: ['JOBS_READ', 'JOBS_WRITE', 'CREDITS_READ'],
    });
    const bobs = await world.job('bob');
    const query = 'query ($id: ID!) { job(id: $id) { id } }';
    expect((await request(world, query, { id: idOf(bobs) }, token)).data.job).toBeNull();
    await world.clock.advance(900_000);
    expect(codesOf(await request(world, query, { id: idOf(bobs) }, token))).toEqual(['UNAUTHENTICATED']);
  });

  it('is never for an admin', async () => {
    const world = await open();
    const response = await request(world, createToken, { input: { userId: 'ada', scopes: ['ADMIN'] } }, world.admin);
    expect(response.data.createClientToken).toEqual({ issues: [{ path: ['scopes'] }] });
  });

  it('spends no more than its credits; failed jobs give theirs back', async () => {
    const world = await open();
    const token = await clientTokenOf(world, { userId: 'ada', scopes: ['JOBS_WRITE'], maxCredits: 2 });
    const ask = async () => {
      const response = request(world, generate, {}, token);
      // No worker runs, so their mutations wait for four seconds.
      await world.clock.advance(4000);
      return (await response).data.generateVideo;
    };
    expect(await ask()).toMatchObject({ replayed: false });
    expect(await ask()).toMatchObject({ replayed: false });
    expect(await ask()).toEqual({
      __typename: 'InsufficientCreditsError',
      message: 'A video costs 1 credits, and this token may spend 0 more.',
      required: 1,
      available: 0,
    });
    const account = await world.store.arrive({ owner: 'ada', environment: 'TEST' }, 0, 0);
    const page = { count: { from: 'start', limit: 1 }, after: null, before: null } as const;
    const { items } = await world.store.listJobs(account.id, { status: null, externalId: null }, page);
    let [job] = items;
    for (const event of [...lives.processing, failed]) if (job !== undefined) job = await world.happen(job, event);
    expect(await ask()).toMatchObject({ replayed: false });
  });

  it('for some jobs sees, watches and cancels these, and cannot find others', async () => {
    const world = await open();
    const [one, other] = [await world.job(), await world.job()];
    const token = await clientTokenOf(world, {
      userId: 'ada',
      scopes: ['JOBS_WRITE', 'CREDITS_READ'],
      jobIds: [idOf(one), 'nonsense'],
    });
    const cancel = 'mutation ($id: ID!) { cancelJob(id: $id) { __typename } }';
    const query = 'query ($id: ID!) { job(id: $id) { version } node(id: $id) { id } }';
    expect((await request(world, query, { id: idOf(one) }, token)).data).toMatchObject({ job: { version: 1 } });
    expect((await request(world, query, { id: idOf(other) }, token)).data).toEqual({ job: null, node: null });
    for (const refused of [
      '{ jobs { totalCount } }',
      generate,
      `mutation { retryJob(id: "${idOf(one)}") { __typename } }`,
    ]) {
      expect(codesOf(await request(world, refused, {}, token))).toEqual(['FORBIDDEN']);
    }
    expect(await stream(world, 'subscription { jobEvents { __typename } }', token)).toContain('"code":"FORBIDDEN"');
    expect(await stream(world, `subscription { jobUpdated(id: "${idOf(other)}") { id } }`, token)).toContain(
      '"code":"NOT_FOUND"',
    );
    expect((await request(world, cancel, { id: idOf(other) }, token)).data.cancelJob.__typename).toBe('NotFoundError');
    expect((await request(world, cancel, { id: idOf(one) }, token)).data.cancelJob.__typename).toBe('CancelJobSuccess');
    expect(await stream(world, `subscription { jobUpdated(id: "${idOf(one)}") { status } }`, token)).toContain(
      'CANCELED',
    );
  });

  it('shares no results with a token of the same user that may see more', async () => {
    const world = await open();
    const job = await world.job();
    const bound = await clientTokenOf(world, { userId: 'ada', scopes: ['JOBS_READ'], jobIds: ['x'] });
    const free = await clientTokenOf(world, { userId: 'ada', scopes: ['JOBS_READ'] });
    const watching = subscribeMessage('1', 'subscription ($id: ID!) { jobUpdated(id: $id) { version } }', {
      id: idOf(job),
    });
    const types: string[] = [];
    for (const token of [free, bound]) {
      const socket = await openConnection(world, token);
      socket.send(watching);
      types.push((await socket.next()).type);
      socket.close();
    }
    expect(types).toEqual(['next', 'error']);
  });
});
