import { serverAudits } from 'graphql-http';
import { expect, test } from 'vitest';
import { openWorld } from '../hub/world.ts';
import { accepts, corpusOf } from './corpus.ts';
import { bearer, expectSame, isStreamed, json, openBoth } from './world.ts';

test('every response is the same, byte for byte, directly and through yoga: for every viewer and every Accept header', async () => {
  const { worlds, ids } = await openBoth();
  const principals = [
    await bearer('ada'),
    await bearer('ada', { roles: ['admin'] }),
    await bearer('ada', { scopes: ['jobs:read'] }),
    await bearer('ada', { roles: ['admin'], scopes: [] }),
    await bearer('bob'),
    {},
    { authorization: 'Bearer nonsense' },
  ];
  const statuses = new Set<number>();
  for (const body of corpusOf(ids)) {
    const accept = isStreamed(body) ? { accept: 'application/json' } : {};
    for (const headers of principals.map((principal) => ({ ...principal, ...accept }))) {
      statuses.add((await expectSame(worlds, { headers: { ...json, ...headers }, body })).status);
    }
  }
  // Without some of each kind this comparison would prove little.
  for (const status of [200, 400, 401, 406]) expect(statuses).toContain(status);
}, 120_000);

test('every response is the same in every media type', async () => {
  const { worlds, ids } = await openBoth();
  const ada = await bearer('ada');
  const few = corpusOf(ids).filter((_, at) => at % 4 === 0);
  for (const body of few) {
    for (const accept of accepts) {
      if (isStreamed(body, accept)) continue;
      const headers = { ...json, ...ada, ...(accept === undefined ? {} : { accept }) };
      await expectSame(worlds, { headers, body });
    }
  }
}, 120_000);

test('rate-limit refusals and internal errors are the same', async () => {
  const worlds = await Promise.all(
    [{ usesBeforeCompiled: 0 }, { http: 'yoga' } as const].map((options) =>
      openWorld({
        ...options,
        requestsPerMinute: 3,
        wrapStore: (store) => ({ ...store, countJobs: () => Promise.reject(new Error('the password is hunter2')) }),
      }),
    ),
  );
  for (const query of [
    '{ jobs { totalCount } }',
    '{ viewer { userId } jobs { totalCount } }',
    '{ a',
    '{ viewer { userId } }',
  ]) {
    await expectSame(worlds, { headers: { ...json, ...(await bearer('ada')) }, body: { query } });
  }
});

test('a user whose account cannot be read gets the same response', async () => {
  const worlds = await Promise.all(
    [{ usesBeforeCompiled: 0 }, { http: 'yoga' } as const].map((options) =>
      openWorld({
        ...options,
        wrapStore: (store) => ({ ...store, arrive: () => Promise.reject(new Error('the password is hunter2')) }),
      }),
    ),
  );
  const headers = { ...json, ...(await bearer('ada')) };
  for (const query of [
    '{ viewer { userId } }',
    'mutation { cancelJob(id: "x") { __typename } }',
    '{ viewer { nope } }',
  ]) {
    const { text } = await expectSame(worlds, { headers, body: { query } });
    expect(text).not.toContain('hunter2');
  }
});

test('the requests of the GraphQL-over-HTTP audits get the same responses', async () => {
  const { worlds } = await openBoth();
  const ada = await bearer('ada');
  let requests = 0;
  const audits = serverAudits({
    url: () => `${worlds[0]?.url}/graphql`,
    async fetchFn(url: string, init: RequestInit = {}) {
      requests += 1;
      const { pathname, search } = new URL(url);
      const headers = { ...Object.fromEntries(new Headers(init.headers)), ...ada };
      const body = typeof init.body === 'string' ? init.body : '';
      await expectSame(worlds, { method: init.method ?? 'GET', path: `${pathname}${search}`, headers, body });
      return fetch(url, { ...init, headers });
    },
  });
  for (const { fn } of audits) expect((await fn()).status).toBe('ok');
  expect(requests).toBeGreaterThanOrEqual(audits.length);
}, 60_000);
