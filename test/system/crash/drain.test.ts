import { expect, onTestFinished, test, vi } from 'vitest';
import { generate } from '../../gateway/operations.ts';
import { makeFolder, request, startGateway, type TestGateway, tokenOf } from '../../world/gateway.ts';
import { openTestProvider, type TestProvider } from '../../world/provider.ts';
import { ada, readAudited, settingsFor, withStore } from './world.ts';

vi.setConfig({ testTimeout: 60_000 });

const inFlight = 50;

async function openWorld() {
  const folder = await makeFolder();
  const provider = await openTestProvider();
  onTestFinished(async () => {
    await provider.close();
    await folder.remove();
  });
  const start = async () => {
    const gateway = await startGateway(folder.path, settingsFor(provider));
    onTestFinished(() => gateway.kill());
    return gateway;
  };
  return { folder: folder.path, provider, start, token: await tokenOf(ada.owner) };
}

/** Requests many videos at once; fulfils with the result of each mutation, null if its connection was cut. */
function askForMany(gateway: TestGateway, token: string): Promise<readonly (string | null)[]> {
  const requests = Array.from({ length: inFlight }, async (_, index) => {
    const input = { prompt: `video ${index}`, idempotencyKey: `key ${index}` };
    const { data } = await request(gateway, generate, { input }, token);
    return String(data.generateVideo.job?.status ?? data.generateVideo.code);
  });
  return Promise.all(requests.map((answered) => answered.catch(() => null)));
}

/** Fulfils when all POSTs have reached the provider. */
async function allPosted(provider: TestProvider): Promise<void> {
  await vi.waitFor(() => expect(provider.submissions).toHaveLength(inFlight), { timeout: 60_000 });
}

test('SIGTERM with 50 POSTs in flight: each is waited for, and its job goes on after the next start', async () => {
  const { folder, provider, start, token } = await openWorld();
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  provider.script = { submit: () => released.then(() => false) };
  const gateway = await start();
  const results = askForMany(gateway, token);
  await allPosted(provider);

  const stopped = gateway.stop();
  await vi.waitFor(() => expect(gateway.output()).toContain('"reason":"SIGTERM"'), { timeout: 60_000 });
  release();
  expect(await stopped).toBe(0);
  // No connection is cut: each mutation returns QUEUED, or after 4 s PENDING.
  for (const status of await results) expect(['QUEUED', 'PENDING']).toContain(status);
  expect(provider.accepted.size).toBe(inFlight);
  const left = await withStore(folder, readAudited);
  expect(left.map(({ job }) => job.state)).toEqual(new Array(inFlight).fill('QUEUED'));

  provider.script = {};
  const next = await start();
  await vi.waitFor(
    async () => {
      const { data } = await request(next, '{ jobs(filter: { status: [COMPLETED] }) { totalCount } }', {}, token);
      expect(data.jobs.totalCount).toBe(inFlight);
    },
    { timeout: 60_000 },
  );
  expect(await next.stop()).toBe(0);
  expect(provider.submissions).toHaveLength(inFlight);
});

test('SIGTERM while the provider never responds: it exits, and the jobs end as unconfirmed', async () => {
  const { folder, provider, start, token } = await openWorld();
  provider.script = { submit: () => new Promise<never>(() => undefined) };
  const gateway = await start();
  const results = askForMany(gateway, token);
  await allPosted(provider);
  expect(await gateway.stop()).toBe(0);
  // After 4 s a mutation returns the job as it is.
  expect(await results).toEqual(new Array(inFlight).fill('PENDING'));

  provider.script = {};
  const next = await start();
  expect(await next.stop()).toBe(0);
  const left = await withStore(folder, readAudited);
  expect(left.map(({ job }) => job.failure?.code)).toEqual(new Array(inFlight).fill('SUBMISSION_UNCONFIRMED'));
  expect(provider.submissions).toHaveLength(inFlight);
});

test('SIGTERM before anything was sent sends nothing more: the jobs wait for the next start', async () => {
  const { folder, provider, start, token } = await openWorld();
  // The first 429 delays all that follow.
  provider.script = {
    submit(_submission, response) {
      response.writeHead(429, { 'retry-after': '60' });
      response.end();
      return true;
    },
  };
  const gateway = await start();
  await request(gateway, generate, { input: { prompt: 'first' } }, token);
  const results = askForMany(gateway, token);
  await vi.waitFor(
    async () => {
      const { data } = await request(gateway, '{ jobs(filter: { status: [PENDING] }) { totalCount } }', {}, token);
      expect(data.jobs.totalCount).toBe(inFlight + 1);
    },
    { timeout: 60_000 },
  );
  expect(await gateway.stop()).toBe(0);
  expect(await results).toEqual(new Array(inFlight).fill('PENDING'));
  expect(provider.submissions).toHaveLength(1);
  const left = await withStore(folder, readAudited);
  expect(left.map(({ job }) => job.state)).toEqual(new Array(inFlight + 1).fill('PENDING'));
});
