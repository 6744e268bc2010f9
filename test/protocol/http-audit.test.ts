import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeFolder, startGateway, type TestGateway, testSecret, tokenOf } from '../world/gateway.ts';

/** The GraphQL-over-HTTP audits of the working group's reference implementation. All of them pass, including the MAYs. */
const settings = {
  'in demo mode': { variables: {}, headers: async () => ({}) },
  'with tokens, for a client with one': {
    variables: { AUTH_JWT_SECRET: testSecret },
    headers: async () => ({ authorization: `Bearer ${await tokenOf('ada')}` }),
  },
  'with tokens, for a client without': { variables: { AUTH_JWT_SECRET: testSecret }, headers: async () => ({}) },
} satisfies Record<string, { variables: Record<string, string>; headers: () => Promise<Record<string, string>> }>;

describe.each(Object.entries(settings))('GraphQL over HTTP %s', (_name, { variables, headers }) => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let gateway: TestGateway;
  let extra: Record<string, string>;
  beforeAll(async () => {
    folder = await makeFolder();
    gateway = await startGateway(folder.path, variables);
    extra = await headers();
  }, 180_000);
  afterAll(async () => {
    await gateway.stop();
    await folder.remove();
  });

  const audits = serverAudits({
    url: () => `${gateway.url}/graphql`,
    fetchFn: (url: string, init: RequestInit = {}) =>
      fetch(url, { ...init, headers: { ...extra, ...Object.fromEntries(new Headers(init.headers)) } }),
  });

  test.each(audits.map(({ id, name, fn }) => ({ id, name, fn })))('$id: $name', async ({ fn }) => {
    const result = await fn();
    expect(result.status === 'ok' ? 'ok' : result.reason).toBe('ok');
  });
});
