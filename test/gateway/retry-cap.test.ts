import { expect, it } from 'vitest';
import { idOf, openWorld } from '../hub/world.ts';
import { tokenOf } from '../server/world.ts';
import { admit } from '../store/contract/world.ts';
import { request } from '../world/gateway.ts';

it('a retry keeps the cap of its job, which refuses a price that has risen since', async () => {
  const world = await openWorld();
  const token = await tokenOf({ sub: 'ada', env: 'test' }, '2027-01-01T00:00:00Z');
  const account = { owner: 'ada', environment: 'TEST' } as const;
  // The price was 0 then; today a video costs 1 credit.
  const past = { account, priceCredits: 0, maxCredits: 0, createdAt: world.clock.now() };
  const { job } = await admit(world.store, past);
  await world.happen(job, { type: 'canceled' });
  const retry = `mutation { retryJob(id: "${idOf(job)}") {
    __typename ... on InvalidInputError { issues { path message } }
  } }`;
  expect((await request(world, retry, {}, token)).data.retryJob).toEqual({
    __typename: 'InvalidInputError',
    issues: [{ path: ['maxCredits'], message: 'A video costs 1 credits, which is more than maxCredits (0).' }],
  });
  expect((await request(world, '{ jobs { totalCount } }', {}, token)).data.jobs.totalCount).toBe(1);
});
