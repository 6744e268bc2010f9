import { describe, expect, test, vi } from 'vitest';
import { pollLeaseMs } from '../../../src/domain/pace.ts';
import { generate } from '../../gateway/operations.ts';
import { request, tokenOf } from '../../world/gateway.ts';
import { ada } from '../crash/world.ts';
import { query } from '../world/postgres.ts';
import { hasServers, openGround } from './world.ts';

vi.setConfig({ testTimeout: 180_000 });

const jobs = 20;

describe.runIf(hasServers)('two nodes (needs the Debian packages postgresql and redis-server)', () => {
  test('jobs that a node polled when it was killed are polled by the other after the lease, and not before', async ({
    annotate,
  }) => {
    const { startNode, databaseUrl, provider } = await openGround();
    const token = await tokenOf(ada.owner);
    const beingPolled = new Set<string>();
    const polledAtAgain = new Map<string, number>();
    let isAlive = true;
    provider.script = {
      poll({ requestId }) {
        if (isAlive) beingPolled.add(requestId);
        else if (!polledAtAgain.has(requestId)) polledAtAgain.set(requestId, Date.now());
        // While the node lives no poll gets a response, so that it holds all jobs when it dies.
        return isAlive;
      },
    };
    const [first, other] = [await startNode(), await startNode()];
    other.process.kill('SIGSTOP');
    const inputs = Array.from({ length: jobs }, (_, index) => ({ input: { prompt: `video ${index}` } }));
    await Promise.all(inputs.map((input) => request(first, generate, input, token)));
    await vi.waitFor(() => expect(beingPolled.size).toBe(jobs), { timeout: 10_000 });
    await first.kill();
    const diedAt = Date.now();
    isAlive = false;
    const leased = await query(databaseUrl, 'SELECT request_id, poll_at FROM jobs');
    other.process.kill('SIGCONT');

    expect(leased).toHaveLength(jobs);
    await vi.waitFor(() => expect(polledAtAgain.size).toBe(jobs), { timeout: 30_000 });
    const lateMs = leased.map(({ request_id: requestId, poll_at: pollAt }) => {
      expect(Number(pollAt)).toBeLessThanOrEqual(diedAt + pollLeaseMs);
      return (polledAtAgain.get(String(requestId)) ?? 0) - Number(pollAt);
    });
    expect(Math.min(...lateMs)).toBeGreaterThanOrEqual(0);
    await annotate(`polled again at most ${Math.max(...lateMs)} ms after a lease of ${pollLeaseMs} ms was over`);
    expect(provider.submissions).toHaveLength(jobs);
  });
});
