import { afterEach, describe, expect, test } from 'vitest';
import { request, subscribe, tokenOf } from '../world/gateway.ts';
import { openLive } from './live-world.ts';
import { generate, viewer, watchJob } from './operations.ts';

/** What users can see and spend, from outside. */
describe('users of a gateway', () => {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });
  const open = (settings: Record<string, string> = {}) => openLive(closers, settings);

  test('no field that takes an id shows another user’s job, or one of another environment', async () => {
    const { gateway, ada, bob } = await open();
    const { data } = await request(gateway, generate, {}, ada);
    const { id } = data.generateVideo.job;
    const account = (await request(gateway, viewer, {}, ada)).data.viewer.account;
    const missing = Buffer.from('Job:01900000-0000-7000-8000-000000000000').toString('base64url');
    const query =
      'query ($id: ID!, $account: ID!) { job(id: $id) { id } node(id: $id) { id } nodes(ids: [$id, $account]) { id } }';
    const cancel =
      'mutation ($id: ID!) { cancelJob(id: $id) { __typename ... on Failure { code message retryable } } }';
    const retry = 'mutation ($id: ID!) { retryJob(id: $id) { __typename ... on Failure { code message retryable } } }';
    for (const stranger of [bob, await tokenOf('ada', { env: 'test' })]) {
      expect((await request(gateway, query, { id, account: account.id }, stranger)).data).toEqual({
        job: null,
        node: null,
        nodes: [null, null],
      });
      for (const mutation of [cancel, retry]) {
        expect(await request(gateway, mutation, { id }, stranger)).toEqual(
          await request(gateway, mutation, { id: missing }, stranger),
        );
      }
      await expect(subscribe(gateway, watchJob, { id }, stranger).next()).rejects.toMatchObject([
        { extensions: { code: 'NOT_FOUND' } },
      ]);
    }
    expect((await request(gateway, viewer, {}, bob)).data.viewer.account).toMatchObject({ balance: 1000, held: 0 });
  });

  test('only an admin grants credits, in the token’s environment', async () => {
    const { gateway, ada } = await open();
    const grant = `mutation ($input: GrantCreditsInput!) { grantCredits(input: $input) { __typename
      ... on GrantCreditsSuccess { created account { userId balance } }
      ... on InvalidInputError { issues { path } } ... on GrantConflictError { entry { credits } } } }`;
    const input = { userId: 'bob', credits: 5, reason: 'Gift', idempotencyKey: 'g1' };
    expect(await request(gateway, grant, { input }, ada)).toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
    const admin = await tokenOf('root', { roles: ['admin'] });
    const granted = { __typename: 'GrantCreditsSuccess', created: false, account: { userId: 'bob', balance: 1005 } };
    const results = [await request(gateway, grant, { input }, admin), await request(gateway, grant, { input }, admin)];
    expect(results.map(({ data }) => data.grantCredits)).toEqual([{ ...granted, created: true }, granted]);
    const other = await request(gateway, grant, { input: { ...input, credits: 6 } }, admin);
    expect(other.data.grantCredits).toMatchObject({ __typename: 'GrantConflictError', entry: { credits: 5 } });
    const below = await request(gateway, grant, { input: { userId: 'bob', credits: -1006, reason: 'x' } }, admin);
    expect(below.data.grantCredits.issues).toEqual([{ path: ['credits'] }]);
  });

  test('parallel requests never spend more than the balance', async () => {
    const { gateway, ada } = await open({ SIGNUP_CREDITS: '200' });
    const results = await Promise.all(Array.from({ length: 8 }, () => request(gateway, generate, {}, ada)));
    const types = results.map(({ data }) => data.generateVideo.__typename).toSorted();
    expect(types).toEqual([
      ...new Array(2).fill('GenerateVideoSuccess'),
      ...new Array(6).fill('InsufficientCreditsError'),
    ]);
    expect(results.find(({ data }) => data.generateVideo.scope)?.data.generateVideo).toMatchObject({
      scope: 'ACCOUNT',
      required: 67,
      held: 134,
    });
  });

  test('limits per user are typed failures, and a replay is not limited', async () => {
    const { gateway, ada, bob } = await open({ USER_JOBS_PER_MINUTE: '2' });
    const input = { idempotencyKey: 'k' };
    await request(gateway, generate, { input }, ada);
    await request(gateway, generate, {}, ada);
    const third = (await request(gateway, generate, {}, ada)).data.generateVideo;
    expect(third).toMatchObject({ __typename: 'RateLimitedError', retryable: true });
    expect(third.retryAfterSeconds).toBeGreaterThan(0);
    expect(third.retryAfterSeconds).toBeLessThanOrEqual(60);
    expect((await request(gateway, generate, { input }, ada)).data.generateVideo).toMatchObject({ replayed: true });
    expect((await request(gateway, generate, {}, bob)).data.generateVideo.__typename).toBe('GenerateVideoSuccess');
  });
});
