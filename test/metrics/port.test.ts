import { describe, expect, onTestFinished, test } from 'vitest';
import { makeFolder, runGateway, startGateway } from '../world/gateway.ts';
import { scrape } from './samples.ts';

test('without a setting there are no metrics', async () => {
  const folder = await makeFolder();
  const gateway = await startGateway(folder.path);
  onTestFinished(async () => {
    await gateway.stop();
    await folder.remove();
  });
  expect((await fetch(`${gateway.url}/metrics`)).status).toBe(404);
});

describe('METRICS_PORT', () => {
  test('shows them to this machine without a token, and not on the port of clients', async () => {
    const folder = await makeFolder();
    const gateway = await startGateway(folder.path, { METRICS_PORT: '0' });
    onTestFinished(async () => {
      await gateway.stop();
      await folder.remove();
    });
    const url = /"url":"(http:\/\/127\.0\.0\.1:\d+)\/metrics"/.exec(gateway.output())?.[1] ?? '';
    const { names } = await scrape(url);
    expect(names).toContain('reelgate_jobs_total');
    expect((await fetch(`${url}/`)).status).toBe(404);
    expect((await fetch(`${gateway.url}/metrics`)).status).toBe(404);
    expect(await gateway.stop()).toBe(0);
  });

  test('that is taken stops the start with a sentence', async () => {
    const folder = await makeFolder();
    const other = await makeFolder();
    const gateway = await startGateway(folder.path);
    onTestFinished(async () => {
      await gateway.stop();
      await Promise.all([folder.remove(), other.remove()]);
    });
    const port = new URL(gateway.url).port;
    const { code, output } = await runGateway(other.path, { METRICS_PORT: port });
    expect(code).toBe(1);
    expect(output).toContain(`The address 127.0.0.1:${port} is already in use; choose another METRICS_PORT.`);
  });
});
