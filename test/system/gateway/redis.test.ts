import { hostname } from 'node:os';
import { expect, onTestFinished, test, vi } from 'vitest';
import { generate, watchJob } from '../../gateway/operations.ts';
import { makeFolder, request, startGateway, subscribe } from '../../world/gateway.ts';
import { openTestProvider } from '../../world/provider.ts';
import { hasRedis, openTestRedis } from '../world/redis.ts';

const redisTest = test.runIf(hasRedis);

redisTest(
  'a gateway goes on as ever while Redis is killed, flushed and back (needs the Debian package redis-server)',
  async () => {
    const folder = await makeFolder();
    const provider = await openTestProvider();
    const redis = await openTestRedis();
    const gateway = await startGateway(folder.path, {
      REDIS_URL: redis.url.replace('//', '//:passes-unseen@'),
      MEDIA_SHARED: 'true',
      SEGMIND_API_KEY: 'SG_x1',
      SEGMIND_BASE_URL: provider.url,
      SEGMIND_REQUESTS_PER_MINUTE: '6000',
      POLL_INTERVAL_MS: '100',
    });
    onTestFinished(async () => {
      await gateway.kill();
      await provider.close();
      await redis.close();
      await folder.remove();
    });
    const makeVideo = async () => {
      const { data } = await request(gateway, generate, {});
      const { id } = data.generateVideo.job;
      const watching = subscribe(gateway, watchJob, { id });
      const items = await watching.all();
      await watching.close();
      expect(items.at(-1)?.data.jobUpdated.status).toBe('COMPLETED');
    };
    await makeVideo();

    await redis.kill();
    await vi.waitFor(() => expect(gateway.output()).toContain('Redis is unavailable'), { timeout: 60_000 });
    await makeVideo();
    const ready = await fetch(`${gateway.url}/readyz`);
    expect({ status: ready.status, body: await ready.json() }).toEqual({ status: 200, body: { status: 'ready' } });

    await redis.start();
    await vi.waitFor(() => expect(gateway.output()).toContain('Redis is available again'), { timeout: 60_000 });
    await redis.connect().flushall();
    await makeVideo();

    await redis.kill();
    expect(await gateway.stop()).toBe(0);
    expect(gateway.output()).toContain(`"node":"${hostname()}/${gateway.process.pid}"`);
    expect(gateway.output()).not.toContain('passes-unseen');
  },
);
