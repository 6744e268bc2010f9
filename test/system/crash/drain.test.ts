import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { generate } from '../../gateway/operations.ts';
import { makeFolder, request, startGateway, type TestGateway, tokenOf } from '../../world/gateway.ts';
import { openTestProvider, type TestProvider } from '../../world/provider.ts';
import { ada, readAudited, settingsFor, withStore } from './world.ts';

vi.setConfig({ testTimeout: 60_000 });

const inFlight = 50;

const exitsWithinMs = 15_000;

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

/** Asks for many videos at once; fulfils with how each mutation was answered, null where its connection was cut. */
function askForMany(gateway: TestGateway, token: string): Promise<readonly (string | null)[]> {
  const asked = Array.from({ length: inFlight }, async (_, index) => {
    const input = { prompt: `video ${index}`, idempotencyKey: `key ${index}` };
    const { data } = await request(gateway, generate, { input }, token);
    return String(data.generateVideo.job?.status ?? data.generateVideo.code);
  });
  return Promise.all(asked.map((answered) => answered.catch(() => null)));
}

/** Fulfils when so many POSTs have arrived. */
async function arrivals(provider: TestProvider): Promise<void> {
  await vi.waitFor(() => expect(provider.submissions).toHaveLength(inFlight), { timeout: 60_000 });
}

test('SIGTERM with 50 POSTs in flight: each is waited for, and its job goes on after the next start', async () => {
  const { folder, provider, start, token } = await openWorld();
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  provider.script = { submit: () => released.then(() => sleep(2000)).then(() => false) };
  const gateway = await start();
  const answers = askForMany(gateway, token);
  await arrivals(provider);

  const toldAt = Date.now();
  const stopped = gateway.stop();
  release();
  expect(await stopped).toBe(0);
  expect(Date.now() - toldAt).toBeLessThan(exitsWithinMs);
  // Nobody's connection is cut: each is told that the provider has it, or after 4 s that it is on its way.
  for (const status of await answers) expect(['QUEUED', 'PENDING']).toContain(status);
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

test('SIGTERM while the provider never answers: it exits within 15 s, and the jobs end as unconfirmed', async () => {
  const { folder, provider, start, token } = await openWorld();
  provider.script = { submit: () => new Promise<never>(() => undefined) };
  const gateway = await start();
  const answers = askForMany(gateway, token);
  await arrivals(provider);
  const toldAt = Date.now();
  expect(await gateway.stop()).toBe(0);
  expect(Date.now() - toldAt).toBeLessThan(exitsWithinMs);
  // After 4 s a mutation answers with the job as it stands.
  expect(await answers).toEqual(new Array(inFlight).fill('PENDING'));

  provider.script = {};
  const next = await start();
  expect(await next.stop()).toBe(0);
  const left = await withStore(folder, readAudited);
  expect(left.map(({ job }) => job.failure?.code)).toEqual(new Array(inFlight).fill('SUBMISSION_UNCONFIRMED'));
  expect(provider.submissions).toHaveLength(inFlight);
});

test('SIGTERM before anything was sent sends nothing more: the jobs wait for the next start', async () => {
  const { folder, provider, start, token } = await openWorld();
  // A first 429 holds back all that follow it.
  provider.script = {
    submit(_submission, response) {
      response.writeHead(429, { 'retry-after': '60' });
      response.end();
      return true;
    },
  };
  const gateway = await start();
  await request(gateway, generate, { input: { prompt: 'first' } }, token);
  const answers = askForMany(gateway, token);
  await vi.waitFor(
    async () => {
      const { data } = await request(gateway, '{ jobs(filter: { status: [PENDING] }) { totalCount } }', {}, token);
      expect(data.jobs.totalCount).toBe(inFlight + 1);
    },
    { timeout: 60_000 },
  );
  expect(await gateway.stop()).toBe(0);
  expect(await answers).toEqual(new Array(inFlight).fill('PENDING'));
  expect(provider.submissions).toHaveLength(1);
  const left = await withStore(folder, readAudited);
  expect(left.map(({ job }) => job.state)).toEqual(new Array(inFlight + 1).fill('PENDING'));
});
