import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Loose, makeFolder, request, startGateway, subscribe, type TestGateway } from '../world/gateway.ts';
import { openTestProvider, respond, type TestProvider } from '../world/provider.ts';
import { findJob, generate } from './operations.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;

let provider: TestProvider;

let gateway: TestGateway;

beforeAll(async () => {
  folder = await makeFolder();
  provider = await openTestProvider();
  gateway = await startGateway(folder.path, {
    SEGMIND_API_KEY: 'SG_0123456789abcdef',
    SEGMIND_BASE_URL: provider.url,
    POLL_INTERVAL_MS: '200',
  });
}, 180_000);

afterAll(async () => {
  await gateway.stop();
  await provider.close();
  await folder.remove();
});

const watchProgress = `subscription ($id: ID!) {
  jobUpdated(id: $id) { status version progress { fraction elapsedSeconds remainingSeconds estimatedFinishAt overdue sampleSize } }
}`;

test('progress changes about once per poll within a version, and never falls, for every viewer from any start', async () => {
  const lastPoll = 12;
  provider.script = {
    poll: ({ polls }, response) => polls < lastPoll && respond(response, 200, { status: 'PROCESSING', output: '' }),
  };
  const { data } = await request(gateway, generate);
  const { id } = data.generateVideo.job;
  const early = subscribe(gateway, watchProgress, { id });
  const first = await early.all(({ data: { jobUpdated } }) => jobUpdated.status === 'PROCESSING');
  const late = subscribe(gateway, watchProgress, { id });
  const watchers = [
    [...first, ...(await early.all())].map((item) => item.data.jobUpdated),
    (await late.all()).map((item) => item.data.jobUpdated),
  ];

  for (const updates of watchers) {
    const running = updates.filter(({ status }: Loose) => status === 'PROCESSING');
    // The first poll already brought this state. Rings that coincide are delivered once.
    expect(running.length).toBeGreaterThan(lastPoll / 2);
    expect(running.length).toBeLessThanOrEqual(lastPoll);
    expect(new Set(running.map(({ version }: Loose) => version))).toEqual(new Set([4]));

    const numbers = (name: string) => updates.map(({ progress }: Loose) => Number(progress[name]));
    expect(numbers('fraction')).toEqual(numbers('fraction').toSorted((a, b) => a - b));
    expect(numbers('elapsedSeconds')).toEqual(numbers('elapsedSeconds').toSorted((a, b) => a - b));
    const moved = new Set(running.map(({ progress }: Loose) => progress.fraction));
    expect(moved.size).toBe(running.length);
    for (const { progress } of running) {
      expect(progress.fraction).toBeLessThan(1);
      expect(progress).toMatchObject({ overdue: false, sampleSize: 0, remainingSeconds: expect.any(Number) });
    }
    expect(updates.at(-1)).toMatchObject({
      status: 'COMPLETED',
      version: 5,
      progress: { fraction: 1, remainingSeconds: null, estimatedFinishAt: null, overdue: false },
    });
  }
  const { job } = (await request(gateway, findJob, { id })).data;
  expect(job.events.edges.map(({ node }: Loose) => node.version)).toEqual([1, 2, 3, 4, 5]);
});
