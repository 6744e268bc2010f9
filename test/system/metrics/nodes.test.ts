import { describe, expect, test, vi } from 'vitest';
import { generate } from '../../gateway/operations.ts';
import { scrape } from '../../metrics/samples.ts';
import { request, type TestGateway, tokenOf } from '../../world/gateway.ts';
import { respond } from '../../world/provider.ts';
import { readCluster } from '../cluster/audit.ts';
import { hasServers, openGround } from '../cluster/world.ts';

vi.setConfig({ testTimeout: 300_000 });

const token = 'a-token-of-the-scrapes';

const owners = ['ada', 'ben', 'cem'];

const jobsEach = 20;

const settling = { timeout: 120_000, interval: 500 };

/** A provider's moods, by job: most jobs go well. */
const moods = ['well', 'well', 'well', 'fails', 'refused', 'dropped', 'busy'] as const;

describe.runIf(hasServers)('three nodes (needs the Debian packages postgresql and redis-server)', () => {
  test('count together what the ledger says, whatever Redis and the provider do', async () => {
    const { startNode, settings, provider, redis, databaseUrl } = await openGround();
    let submits = 0;
    const busy = new Set<string>();
    provider.script = {
      submit({ prompt }, response) {
        const mood = moods[submits++ % moods.length];
        if (mood === 'refused') return respond(response, 400, { error: 'bad' });
        if (mood === 'dropped') {
          response.destroy();
          return true;
        }
        if (mood !== 'busy' || busy.has(prompt)) return false;
        busy.add(prompt);
        return respond(response, 429, { error: 'slow down' }, { 'retry-after': '1' });
      },
      poll: ({ requestId, polls }, response) =>
        polls === 2 && Number.parseInt(requestId.slice(-1), 36) % 5 === 0
          ? respond(response, 200, { status: 'FAILED', request_id: requestId, error_message: 'no' })
          : false,
    };
    const variables = { ...settings, METRICS_TOKEN: token };
    const nodes: TestGateway[] = [];
    for (let count = 0; count < 3; count += 1) nodes.push(await startNode(variables));

    const orders = owners.flatMap((owner) => Array.from({ length: jobsEach }, (_, place) => ({ owner, place })));
    const ordering = Promise.all(
      orders.map(async ({ owner, place }) => {
        const node = nodes[place % nodes.length];
        const input = { prompt: `${owner} ${place}`, idempotencyKey: `${owner}-${place}` };
        // A wish that fails is repeated with its key, as a client would.
        await vi.waitFor(async () => {
          const bearer = await tokenOf(owner);
          const { errors } = await request(node ?? { url: '' }, generate, { input }, bearer);
          expect(errors).toBeUndefined();
        }, settling);
      }),
    );
    await redis.kill();
    await redis.start();
    await ordering;

    await vi.waitFor(async () => {
      const jobs = await readCluster(databaseUrl, owners);
      expect(jobs).toHaveLength(owners.length * jobsEach);
      expect(jobs.filter(({ job }) => job.finishedAt === null)).toEqual([]);
    }, settling);

    const jobs = (await readCluster(databaseUrl, owners)).map(({ job }) => job);
    const scrapes = await Promise.all(nodes.map(({ url }) => scrape(url, token)));
    const sumOf = (name: string, labels: Record<string, string>) =>
      scrapes.reduce((sum, samples) => sum + samples.sumOf(name, { environment: 'LIVE', ...labels }), 0);
    const ended = (state: string) => jobs.filter((job) => job.state === state);
    expect(ended('COMPLETED').length).toBeGreaterThan(10);
    expect(sumOf('reelgate_jobs_total', { outcome: 'completed' })).toBe(ended('COMPLETED').length);
    expect(sumOf('reelgate_jobs_total', { outcome: 'failed' })).toBe(ended('FAILED').length);
    const captured = ended('COMPLETED').reduce((sum, { priceCredits }) => sum + priceCredits, 0);
    expect(sumOf('reelgate_credits_total', { kind: 'captured' })).toBe(captured);
    expect(sumOf('reelgate_credits_total', { kind: 'held' })).toBe(
      jobs.reduce((sum, { priceCredits }) => sum + priceCredits, 0),
    );
    for (const code of ['GENERATION_FAILED', 'PROVIDER_BAD_REQUEST', 'SUBMISSION_UNCONFIRMED']) {
      const counted = ended('FAILED').filter(({ failure }) => failure?.code === code).length;
      expect([code, sumOf('reelgate_jobs_total', { failure_code: code })]).toEqual([code, counted]);
    }
    const unconfirmed = ended('FAILED').filter(({ failure }) => failure?.code === 'SUBMISSION_UNCONFIRMED').length;
    expect(sumOf('reelgate_losses_total', { kind: 'unconfirmed' })).toBe(unconfirmed);
    for (const samples of scrapes) expect(samples.sumOf('reelgate_jobs', { environment: 'LIVE' })).toBe(0);
  });
});
