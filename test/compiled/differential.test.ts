import { expect, test } from 'vitest';
import type { Viewer } from '../../src/gateway/gateway.ts';
import { corpusOf } from '../direct/corpus.ts';
import { bearer, expectSame, isStreamed, json, openBoth } from '../direct/world.ts';
import { shapesOf } from './corpus.ts';
import { admin, openExecutors } from './world.ts';

const never = Number.POSITIVE_INFINITY;

test('every response is the same, byte for byte, compiled or not, for every viewer', async () => {
  const { worlds, ids } = await openBoth({ usesBeforeCompiled: 0 }, { usesBeforeCompiled: never });
  const principals = [
    await bearer('ada'),
    await bearer('ada', { roles: ['admin'] }),
    await bearer('ada', { scopes: ['jobs:read'] }),
    await bearer('bob'),
    {},
  ];
  for (const body of [...corpusOf(ids), ...shapesOf(ids)]) {
    if (isStreamed(body)) continue;
    for (const headers of principals) await expectSame(worlds, { headers: { ...json, ...headers }, body });
  }
}, 120_000);

test('a hundred shapes of operations are executed the same, and those left to graphql-js are known', async () => {
  const { both, ids, enter } = await openExecutors();
  const ada = await enter(admin);
  const viewers: Viewer[] = [
    ada,
    await enter({ userId: 'bob', environment: 'TEST', roles: [] }),
    { ...ada, access: { scopes: ['credits:read'], jobIds: null, spending: null } },
  ];
  for (const { isCompiled, ...operation } of shapesOf(ids)) {
    for (const viewer of viewers) {
      const results = await both(operation, viewer);
      expect(results.compiled, operation.query).toBe(results.plain);
      expect(results.isCompiled, operation.query).toBe(isCompiled);
    }
  }
});

const jobFields = `id status version environment prompt aspectRatio seed externalId retryOf { id } progress { fraction overdue sampleSize }
  video { url expiresAt } lateVideo { url } charge { state credits } failure { __typename code ... on ProviderError { httpStatus } }
  createdAt submittedAt startedAt finishedAt deadlineAt events(first: 9) { edges { cursor node { version status message occurredAt } } }`;

test('events of subscriptions give the same results', async () => {
  const { both, eventsOf, ids } = await openExecutors();
  const feedStart = Buffer.from('feed:TEST:ada:0').toString('base64url');
  const subscriptions = [
    {
      query: `subscription ($id: ID!) { jobUpdated(id: $id) { ${jobFields} } }`,
      variables: { id: ids.job },
      limit: 1,
    },
    { query: 'subscription { a: accountUpdated { id userId balance held available } }', limit: 1 },
    {
      query: `subscription ($from: String) { jobEvents(after: $from) {
        __typename ... on FeedItem { cursor } ... on JobEvent { version status occurredAt job { ${jobFields} } }
      } }`,
      variables: { from: feedStart },
      limit: 30,
    },
    {
      query: `subscription ($from: String) { jobEvents(after: $from) { ...C ... on FeedReset { reset: cursor } } }
        fragment C on FeedItem { cursor }`,
      variables: { from: 'nonsense' },
      limit: 1,
    },
  ];
  let compared = 0;
  for (const { limit, ...operation } of subscriptions) {
    for (const root of await eventsOf(operation, limit)) {
      const results = await both({ ...operation, root });
      expect(results.compiled).toBe(results.plain);
      expect(results.isCompiled).toBe(true);
      compared += 1;
    }
  }
  expect(compared).toBeGreaterThan(20);
});
