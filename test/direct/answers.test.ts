import { defaultFieldResolver, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { createSchema } from '../../schema/index.ts';
import type { Job } from '../../src/domain/job.ts';
import type { Gateway, Viewer } from '../../src/gateway/gateway.ts';
import type { Request } from '../../src/server/graphql/guards.ts';
import { createResponseCache } from '../../src/server/graphql/response-cache.ts';
import { sampleJob } from '../domain/sample.ts';
import { idOf, openWorld } from '../hub/world.ts';
import { claimed, lives } from '../store/contract/world.ts';
import { answerOf, bearer, expectSame, json, openBoth } from './world.ts';

const fields = 'id status version failure { code } video { url } charge { state } parent: retryOf { id }';

const byId = `query Job($id: ID!) { job(id: $id) { ${fields} } }`;

const withProgress = 'query Job($id: ID!) { job(id: $id) { status progress { elapsedSeconds } } }';

const withEvents = 'query Job($id: ID!) { job(id: $id) { events(first: 9) { nodes { version } } } }';

test('a repeated request gets the response that yoga gives, whatever has happened to the job in between', async () => {
  const { worlds } = await openBoth();
  const ada = { ...json, ...(await bearer('ada')) };
  for (const events of Object.values(lives)) {
    let jobs = await Promise.all(worlds.map((world) => world.job()));
    const [first] = jobs;
    if (first === undefined) throw new Error('There are two.');
    const ask = async () => {
      for (const query of [byId, withProgress, withEvents]) {
        await expectSame(worlds, { headers: ada, body: { query, variables: { id: idOf(first) } } });
      }
    };
    await ask();
    await ask();
    for (const event of events) {
      // Nobody rings here, so the response comes from the database.
      jobs = await Promise.all(worlds.map((world, at) => world.happen(jobs[at] ?? first, event, false)));
      await ask();
      await ask();
      for (const { clock } of worlds) await clock.advance(1500);
      await ask();
    }
  }
}, 60_000);

test('a cached response is never sent to another user', async () => {
  const { worlds, ids } = await openBoth();
  const body = { query: byId, variables: { id: ids.job } };
  const principals = [
    await bearer('ada'),
    await bearer('bob'),
    await bearer('ada', { env: 'live' }),
    await bearer('ada', { scopes: ['jobs:write'] }),
    await bearer('ada', { roles: ['admin'] }),
    {},
    { authorization: 'Bearer nonsense' },
  ];
  for (const principal of principals) {
    const headers = { ...json, ...(await bearer('ada')) };
    expect((await expectSame(worlds, { headers, body })).text).toContain('"version":2');
    await expectSame(worlds, { headers: { ...json, ...principal }, body });
  }
  const seen = await answerOf(worlds[0] ?? expect.fail(), { headers: { ...json, ...(await bearer('bob')) }, body });
  expect(JSON.parse(seen.text)).toEqual({ data: { job: null } });
});

test('a job is read on every request, and its response is built once', async () => {
  const schema = createSchema();
  const type = schema.getType('Job');
  if (!isObjectType(type)) expect.fail();
  let made = 0;
  const field = type.getFields()['status'] ?? expect.fail();
  const { resolve = defaultFieldResolver } = field;
  field.resolve = (...args) => {
    made += 1;
    return resolve(...args);
  };
  const world = await openWorld({ schema });
  const job = await world.job();
  const headers = { ...json, ...(await bearer('ada')) };
  const read = () => world.calls.get('gateway.job') ?? 0;
  const answers: unknown[] = [];
  for (let i = 0; i < 3; i += 1) {
    const before = read();
    answers.push(await answerOf(world, { headers, body: { query: byId, variables: { id: idOf(job) } } }));
    expect(read() - before).toBe(1);
  }
  expect(answers[1]).toEqual(answers[0]);
  expect(made).toBe(1);
  await world.happen(job, claimed, false);
  const { text } = await answerOf(world, { headers, body: { query: byId, variables: { id: idOf(job) } } });
  expect(text).toContain('"version":2');
});

test('cached responses count against the user’s rate limit, too', async () => {
  const world = await openWorld({ requestsPerMinute: 3 });
  const job = await world.job();
  const headers = { ...json, ...(await bearer('ada')) };
  const refused: boolean[] = [];
  for (let i = 0; i < 5; i += 1) {
    const { text } = await answerOf(world, { headers, body: { query: byId, variables: { id: idOf(job) } } });
    refused.push(text.includes('RATE_LIMITED'));
  }
  expect(refused).toEqual([false, false, false, true, true]);
});

const viewer: Viewer = { userId: 'ada', environment: 'TEST', roles: [], accountId: 'a' };

const request = (of: Viewer = viewer): Request => ({ viewer: of, params, http: null });

const params: Request['params'] = { query: byId };

/** A gateway with these jobs; a null job is missing. */
function gatewayOf(jobs: Map<string, Job | null>, linksExpire = false) {
  const job = async (_: Viewer, id: string) => jobs.get(id) ?? null;
  const gateway = { job, quote: async () => null, linksExpire, videoUrl: () => 'https://gate.example.com/v.mp4' };
  return gateway as unknown as Gateway;
}

const aJob = (version = 1) => sampleJob({ version });

test('is cached only if the operation selects nothing but one job', async () => {
  const one = aJob();
  const jobs = new Map<string, Job | null>([
    ['1', one],
    ['2', aJob(2)],
    ['none', null],
  ]);
  const gateway = gatewayOf(jobs);
  const cases: readonly [(gateway: Gateway) => Promise<unknown>, boolean][] = [
    [async (gateway) => gateway.job(viewer, '1'), true],
    [async (gateway) => [await gateway.job(viewer, '1'), await gateway.job(viewer, '1')], true],
    [async (gateway) => [await gateway.job(viewer, '1'), await gateway.job(viewer, '2')], false],
    [async (gateway) => [await gateway.job(viewer, '1'), await gateway.job(viewer, 'none')], false],
    [async (gateway) => [await gateway.job(viewer, '1'), await gateway.quote(viewer)], false],
    [async (gateway) => gateway.job(viewer, 'none'), false],
    [async () => null, false],
  ];
  for (const [ask, kept] of cases) {
    const answers = createResponseCache(gateway);
    const recorder = answers.recorder();
    await ask(recorder.gateway);
    answers.keep(request(), viewer, { recorder, text: 'the answer' });
    expect(await answers.find(request())).toBe(kept ? 'the answer' : null);
  }
});

test.each([false, true])('with the link of its video is cached unless links expire: %s', async (linksExpire) => {
  const one = aJob();
  const answers = createResponseCache(gatewayOf(new Map([['1', one]]), linksExpire));
  const recorder = answers.recorder();
  await recorder.gateway.job(viewer, '1');
  recorder.gateway.videoUrl(one);
  answers.keep(request(), viewer, { recorder, text: 'the answer' });
  expect(await answers.find(request())).toBe(linksExpire ? null : 'the answer');
});

test('is found by its own viewer while the job is unchanged', async () => {
  const one = aJob();
  const jobs = new Map<string, Job | null>([['1', one]]);
  const gateway = gatewayOf(jobs);
  const answers = createResponseCache(gateway);
  const recorder = answers.recorder();
  await recorder.gateway.job(viewer, '1');
  answers.keep(request(), viewer, { recorder, text: 'the answer' });
  expect(await answers.find(request({ ...viewer }))).toBe('the answer');
  expect(await answers.find({ ...request(), params: { ...params } })).toBeNull();
  expect(await answers.find(request({ ...viewer, roles: ['admin'] }))).toBeNull();
  expect(await answers.find({ ...request(), viewer: null })).toBeNull();
  // Copies the job, because a store builds a new object on each read.
  jobs.set('1', aJob());
  expect(await answers.find(request())).toBe('the answer');
  jobs.set('1', aJob(2));
  expect(await answers.find(request())).toBeNull();
  jobs.set('1', { ...one, copy: { ...one.copy, state: 'STORED' } });
  expect(await answers.find(request())).toBeNull();
  jobs.set('1', one);
  gateway.job = () => Promise.reject(new Error('The disk is gone'));
  expect(await answers.find(request())).toBeNull();
});
