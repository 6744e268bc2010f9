import type { Redis } from 'ioredis';
import { every } from '../../lib/every.ts';
import type { Budget, Clock, Log } from '../../ports.ts';
import { refuseCluster } from '../redis/cluster.ts';
import { bootWait, openRedis } from '../redis/connection.ts';
import { createRedisHealth, type RedisHealth } from '../redis/health.ts';
import { createSharedBucket, type SharedBucket } from './shared.ts';

/** The options of a budget between nodes. */
export type RedisBudgetOptions = {
  readonly url: string;
  /** The prefix of its keys in Redis, the same for all nodes that share the budget. */
  readonly keyPrefix: string;
  /** The rate of the whole installation. */
  readonly requestsPerMinute: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Shared with the node's other connections to Redis. Without it the connection has its own. */
  readonly health?: RedisHealth;
};

/** A budget with its own connection to Redis. */
export interface RedisBudget extends Budget {
  close(): Promise<void>;
}

/** How often a node without work reports to Redis, which counts the nodes by these reports. */
const presenceMs = 10_000;

/**
 * The budget of many nodes: two buckets in Redis, over one connection. One holds the requests; the other, of the same size, those that may
 * be submits, so that its pause and its ramp hold for every node. Fulfils when Redis is connected, or with a warning in the log when that
 * takes too long.
 */
export async function openRedisBudget(options: RedisBudgetOptions): Promise<RedisBudget> {
  const { url, keyPrefix, requestsPerMinute, clock, health = createRedisHealth(options) } = options;
  const node = clock.newId();
  let onConnected: () => void = () => undefined;
  const connected = new Promise<void>((resolve) => {
    onConnected = resolve;
  });
  const bucketAt = (prefix: string): SharedBucket =>
    createSharedBucket({
      keyPrefix: prefix,
      requestsPerMinute,
      node,
      clock,
      client: () => link.client,
      failed: (error) => link.failed(error),
    });
  const requests = bucketAt(keyPrefix);
  const submits = bucketAt(`${keyPrefix}:submits`);
  const prove = async (client: Redis) => {
    await refuseCluster(client);
    await Promise.all([requests.prove(), submits.prove()]);
    onConnected();
  };
  const link = openRedis({ url, purpose: 'budget', prove, health, clock });
  const stopPresence = every(clock, presenceMs, () => {
    requests.report();
    submits.report();
  });
  await bootWait(connected, options);

  return {
    ...requests,
    submits,
    close() {
      stopPresence();
      return link.close();
    },
  };
}
