import { afterAll, beforeAll, expect, test } from 'vitest';
import { generate } from '../gateway/operations.ts';
import { makeFolder, request, startGateway, type TestGateway, testSecret, tokenOf } from '../world/gateway.ts';
import { scrape } from './samples.ts';

const token = 'a-token-of-the-scrapes';

let gateway: TestGateway;

beforeAll(async () => {
  const folder = await makeFolder();
  const limits = { USER_JOBS_PER_MINUTE: '3', USER_JOBS_IN_FLIGHT: '1' };
  gateway = await startGateway(folder.path, { AUTH_JWT_SECRET: testSecret, METRICS_TOKEN: token, ...limits });
  return folder.remove;
});
afterAll(() => gateway.stop());

/** Asks for a video in TEST. Fulfils with the type of the result. */
async function order(user: string, prompt: string): Promise<string> {
  const bearer = await tokenOf(user, { env: 'test' });
  const { data } = await request(gateway, generate, { input: { prompt } }, bearer);
  return data.generateVideo.__typename;
}

test('a user who has too many jobs running, or asks for too many a minute, is counted each time and logged once', async () => {
  expect(await order('ana', '@test/slow:60s')).toBe('GenerateVideoSuccess');
  expect(await order('ana', 'more')).toBe('RateLimitedError');
  expect(await order('ana', 'and more')).toBe('RateLimitedError');
  for (let jobs = 0; jobs < 3; jobs += 1) expect(await order('ben', '@test/submit:400')).not.toBe('RateLimitedError');
  expect(await order('ben', 'more')).toBe('RateLimitedError');

  const samples = await scrape(gateway.url, token);
  expect(samples.of('reelgate_limits_hit_total', { limit: 'jobs_in_flight' })).toBe(2);
  expect(samples.of('reelgate_limits_hit_total', { limit: 'jobs_per_minute' })).toBe(1);
  const lines = gateway.output().split('\n');
  const logged = lines.filter((line) => line.includes('A user has reached a limit.')).map((line) => JSON.parse(line));
  expect(logged).toMatchObject([
    { limit: 'jobs_in_flight', user: 'ana', allowed: 1, hits: 1 },
    { limit: 'jobs_per_minute', user: 'ben', allowed: 3, hits: 1 },
  ]);
});
