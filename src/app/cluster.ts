import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { createLocalBell } from '../adapter/bell/local.ts';
import { openRedisBell } from '../adapter/bell/redis.ts';
import { createLocalBudget, createOpenBudget } from '../adapter/budget/local.ts';
import { openRedisBudget } from '../adapter/budget/redis.ts';
import { clusterSentence, isRedisCluster } from '../adapter/redis/cluster.ts';
import { createRedisHealth } from '../adapter/redis/health.ts';
import { type Config, ConfigError } from '../config/config.ts';
import type { Bell, Budget, Clock, Log } from '../ports.ts';

/** What the nodes of an installation share. */
export type ClusterLinks = {
  readonly bell: Bell;
  /** For LIVE requests; unlimited without a provider key. */
  readonly budget: Budget;
  close(): Promise<void>;
};

/**
 * Connects to the other nodes through Redis if REDIS_URL is set; otherwise bell and budget are local. `secret`: the database's secret,
 * which only the nodes of this installation know.
 */
export async function openClusterLinks(
  config: Config,
  { secret, clock, log }: { readonly secret: Uint8Array; readonly clock: Clock; readonly log: Log },
): Promise<ClusterLinks> {
  const { redisUrl: url, segmind } = config;
  if (url === null) {
    const bell = createLocalBell();
    const budget = segmind === null ? createOpenBudget({ clock }) : createLocalBudget({ ...segmind, clock });
    return { bell, budget, close: () => bell.close() };
  }
  if (await isRedisCluster(url, clock)) throw new ConfigError(clusterSentence);
  // Several installations can share one Redis: each has its own key prefix.
  const installation = createHash('sha256').update('reelgate at redis').update(secret).digest('hex').slice(0, 16);
  const keyPrefix = `reelgate:${installation}:budget:LIVE`;
  const health = createRedisHealth({ log, clock });
  const [bell, budget] = await Promise.all([
    openRedisBell({ url, installation, health, clock, log }),
    segmind === null ? null : openRedisBudget({ ...segmind, url, keyPrefix, health, clock, log }),
  ]);
  return {
    bell,
    budget: budget ?? createOpenBudget({ clock }),
    async close() {
      await Promise.all([bell.close(), budget?.close()]);
    },
  };
}

/** A node's name in the log: host name and process id. Null for a single node. */
export function nodeNameOf({ redisUrl }: Config): string | null {
  return redisUrl === null ? null : `${hostname()}/${process.pid}`;
}
