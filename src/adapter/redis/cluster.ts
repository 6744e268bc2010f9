import { Redis } from 'ioredis';
import { redisOptionsOf } from './options.ts';

const withinMs = 2000;

/** Whether the Redis of a URL is a node of a Redis Cluster. False also where it cannot be reached now, or does not say. */
export async function isRedisCluster(url: string): Promise<boolean> {
  const client = new Redis({
    ...redisOptionsOf(url),
    lazyConnect: true,
    connectTimeout: withinMs,
    commandTimeout: withinMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    sentinelRetryStrategy: () => null,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return /redis_mode:cluster/.test(await client.info('server'));
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}
