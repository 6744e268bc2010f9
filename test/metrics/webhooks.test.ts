import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generate } from '../gateway/operations.ts';
import { createEndpoint, testEndpoint } from '../webhook/operations.ts';
import { openReceiver } from '../webhook/world.ts';
import { makeFolder, request, startGateway, type TestGateway } from '../world/gateway.ts';
import { scrape } from './samples.ts';

const token = 'a-token-of-the-scrapes';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let gateway: TestGateway;

beforeAll(async () => {
  folder = await makeFolder();
  gateway = await startGateway(folder.path, { METRICS_TOKEN: token });
});
afterAll(async () => {
  await gateway.stop();
  await folder.remove();
});

const environment = 'TEST';

async function make(url: string): Promise<string> {
  const input = { url, eventTypes: ['JOB_FAILED'], description: 'of Anna Muster' };
  const { data } = await request(gateway, createEndpoint, { input });
  return data.createWebhookEndpoint.endpoint.id;
}

const fail = () => request(gateway, generate, { input: { prompt: '@test/submit:502' } });

test('webhooks are counted by what came of them, and nobody’s address is shown', async () => {
  const good = await openReceiver();
  await make(good.url);
  const kept: ServerResponse[] = [];
  const slow = await openReceiver((_, response) => void kept.push(response));
  await make(slow.url);
  const before = await scrape(gateway.url, token);
  expect(before.of('reelgate_webhook_deliveries_total', { environment, type: 'job.failed', result: 'delivered' })).toBe(
    0,
  );
  expect(before.of('reelgate_webhook_endpoints_disabled_total', { environment })).toBe(0);
  await fail();
  const waiting = async (state: string) =>
    (await scrape(gateway.url, token)).of('reelgate_webhook_waiting', { environment, state });
  await expect.poll(() => waiting('sending')).toBe(1);
  expect(await waiting('due')).toBe(0);
  expect(await waiting('later')).toBe(0);
  kept[0]?.writeHead(500).end();
  await expect.poll(() => waiting('later')).toBe(1);

  slow.answer = (_, response) => void response.writeHead(410).end();
  await fail();
  const gone = async () =>
    (await scrape(gateway.url, token)).of('reelgate_webhook_endpoints_disabled_total', { environment });
  await expect.poll(gone).toBe(1);
  const dead = await make('http://127.0.0.1:1/hook');
  await request(gateway, testEndpoint, { id: dead });
  await expect.poll(() => good.received.length).toBe(2);
  await expect
    .poll(async () => {
      const samples = await scrape(gateway.url, token);
      return samples.of('reelgate_webhook_deliveries_total', { environment, type: 'job.failed', result: 'delivered' });
    })
    .toBe(2);

  const now = await scrape(gateway.url, token);
  const attempts = (result: string) => now.of('reelgate_webhook_attempts_total', { environment, result });
  expect([attempts('delivered'), attempts('no_response')]).toEqual([2, 1]);
  // The retry may have come before the 410, or after it.
  expect(attempts('http_error')).toBeGreaterThanOrEqual(2);
  const deliveries = (type: string, result: string) =>
    now.of('reelgate_webhook_deliveries_total', { environment, type, result });
  expect(deliveries('webhook.test', 'failed')).toBe(1);
  expect(deliveries('job.failed', 'failed')).toBeGreaterThanOrEqual(1);
  expect(now.sumOf('reelgate_webhook_attempt_seconds_count', { environment })).toBeGreaterThanOrEqual(5);
  for (const word of ['127.0.0.1', '/hook', 'Muster', 'demo']) expect(now.text).not.toContain(word);
});
