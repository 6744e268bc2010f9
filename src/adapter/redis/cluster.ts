import { Redis } from 'ioredis';
import { withTimeout } from '../../lib/timeout.ts';
import type { Clock } from '../../ports.ts';
import { redisOptionsOf } from './options.ts';

/** What an operator should know of a REDIS_URL that leads to a Redis Cluster. */
export const clusterSentence =
  'REDIS_URL leads to a Redis Cluster, which is not supported: use one Redis, or Sentinels.';

const withinMs = 2000;

/** Each Sentinel that does not answer takes a second of it. */
const overallMs = 4000;

/** Whether the Redis of a URL is a node of a Redis Cluster. False also where it cannot be reached in time, or does not say. */
export async function isRedisCluster(url: string, clock: Pick<Clock, 'after'>): Promise<boolean> {
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
    const answer = client.connect().then(() => leadsToCluster(client));
    return (await withTimeout(answer, overallMs, clock)) === true;
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}

/**
 * Rejects, as if Redis had refused a command, if a connection leads to a node of a Redis Cluster. The start has found none where Redis
 * could not be reached.
 */
export async function refuseCluster(client: Redis): Promise<void> {
  if (await leadsToCluster(client))
    throw Object.assign(new Error('CLUSTER the server is a node of one'), { name: 'ReplyError' });
}

/** Whether Redis returned this error because it is a node of a Redis Cluster. */
export function isClusterError({ message }: Error): boolean {
  return /^(MOVED|ASK|CROSSSLOT|CLUSTER|CLUSTERDOWN) |non local key in a cluster/.test(message);
}

/** Without the right to INFO a user may still send HELLO, which Redis 6 and newer lets everybody do. */
async function leadsToCluster(client: Redis): Promise<boolean> {
  const info = await client.info('server').catch(() => '');
  if (info !== '') return info.includes('redis_mode:cluster');
  const hello: unknown = await client.call('HELLO').catch(() => null);
  return Array.isArray(hello) && hello[hello.indexOf('mode') + 1] === 'cluster';
}
