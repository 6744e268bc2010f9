import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generate, watchAccount, watchJob } from '../gateway/operations.ts';
import {
  type Loose,
  makeFolder,
  request,
  startGateway,
  type TestGateway,
  testSecret,
  tokenOf,
} from '../world/gateway.ts';

/** Operations over server-sent events in GraphQL over SSE's distinct connections mode: one stream per request. */
describe('an operation over server-sent events', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let gateway: TestGateway;
  let ada: string;
  beforeAll(async () => {
    folder = await makeFolder();
    gateway = await startGateway(folder.path, { AUTH_JWT_SECRET: testSecret });
    ada = await tokenOf('ada');
  }, 180_000);
  afterAll(async () => {
    await gateway.stop();
    await folder.remove();
  });

  const clientOf = (token: string) =>
    createClient({
      url: `${gateway.url}/graphql`,
      retryAttempts: 0,
      headers: () => ({ authorization: `Bearer ${token}` }),
    });
  const ask = (body: object, headers: Record<string, string> = {}) =>
    fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${ada}`,
        ...headers,
      },
      body: JSON.stringify(body),
    });
  /** All events of a stream, without comments. */
  const eventsOf = (text: string) =>
    text
      .split('\n\n')
      .map((block) => block.split('\n').filter((line) => line !== '' && !line.startsWith(':')))
      .filter((lines) => lines.length > 0);
  const missing = Buffer.from('Job:01900000-0000-7000-8000-000000000000').toString('base64url');

  describe('with graphql-sse’s own client', () => {
    test('a subscription gives every result up to the last and completes', async () => {
      const started = await request(gateway, generate, { input: { prompt: '@test/ok:2s' } }, ada);
      const { id } = started.data.generateVideo.job;
      const statuses: Loose[] = [];
      for await (const { data } of clientOf(ada).iterate<Loose>({ query: watchJob, variables: { id } })) {
        statuses.push(data.jobUpdated.status);
      }
      expect(statuses.at(-1)).toBe('COMPLETED');
      expect(statuses.length).toBeGreaterThan(1);
    });

    test('a query and a mutation give their result and complete', async () => {
      const results: unknown[] = [];
      for (const query of ['{ viewer { userId } }', 'mutation { cancelJob(id: "none") { __typename } }']) {
        for await (const result of clientOf(ada).iterate<Loose>({ query })) results.push(result);
      }
      expect(results).toEqual([
        { data: { viewer: { userId: 'ada' } } },
        { data: { cancelJob: { __typename: 'NotFoundError' } } },
      ]);
    });

    test('a canceled subscription frees its place, so that more than the limit can run one after another', async () => {
      const client = clientOf(await tokenOf('bob'));
      for (let stream = 1; stream <= 120; stream += 1) {
        for await (const { data } of client.iterate<Loose>({ query: watchAccount })) {
          expect(data.accountUpdated.held).toBe(0);
          break;
        }
      }
    });

    test('an invalid operation or a missing job gives a result with errors', async () => {
      for (const [body, code] of [
        [{ query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
        [{ query: watchJob, variables: { id: missing } }, 'NOT_FOUND'],
      ] as const) {
        const results: unknown[] = [];
        for await (const result of clientOf(ada).iterate(body)) results.push(result);
        expect(results).toMatchObject([{ errors: [{ extensions: { code } }] }]);
      }
    });
  });

  test('is a stream of next events and one complete event, which no proxy buffers', async () => {
    const response = await ask({ query: '{ viewer { userId } }' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream\b/);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(eventsOf(await response.text())).toEqual([
      ['event: next', 'data: {"data":{"viewer":{"userId":"ada"}}}'],
      ['event: complete', 'id: over', 'data:'],
    ]);
  });

  test('may use GET, as a browser’s EventSource does', async () => {
    const url = new URL(`${gateway.url}/graphql`);
    url.searchParams.set('query', watchJob);
    url.searchParams.set('variables', JSON.stringify({ id: missing }));
    const response = await fetch(url, { headers: { accept: 'text/event-stream', authorization: `Bearer ${ada}` } });
    const [next, complete] = eventsOf(await response.text());
    expect(next?.[1]).toContain('"NOT_FOUND"');
    expect(complete).toEqual(['event: complete', 'id: over', 'data:']);
  });

  test('keeps a text of any kind on one line', async () => {
    const prompt = '@test/ok:0s\n\ndata: no\r\n\u2028🎬';
    const response = await ask({ query: generate, variables: { input: { prompt } } });
    const [next] = eventsOf(await response.text());
    expect(JSON.parse(next?.[1]?.slice('data: '.length) ?? '').data.generateVideo.job.prompt).toBe(prompt);
  });

  test.each([
    ['without a token', { authorization: '' }, 401, 'UNAUTHENTICATED'],
    ['with a bad token', { authorization: 'Bearer x' }, 401, 'UNAUTHENTICATED'],
    ['with a body that is no JSON type', { 'content-type': 'text/plain' }, 415, 'BAD_USER_INPUT'],
  ])('that is refused %s gets JSON and a status, before any stream', async (_name, headers, status, code) => {
    const response = await ask({ query: watchAccount }, headers);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/json\b/);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] });
  });

  test('that is a subscription is refused if the client accepts no stream', async () => {
    const response = await ask({ query: watchAccount }, { accept: 'application/json' });
    expect(response.status).toBe(406);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});
