import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { createLocalBell } from '../adapter/bell/local.ts';
import { openRedisBell } from '../adapter/bell/redis.ts';
import { createLocalBudget, createOpenBudget } from '../adapter/budget/local.ts';
import { openRedisBudget } from '../adapter/budget/redis.ts';
import { createRedisHealth } from '../adapter/redis/health.ts';
import type { Config } from '../config/config.ts';
import type { Bell, Budget, Clock, Log } from '../ports.ts';

/** What ties a node to the others of its installation. */
export type ClusterLinks = {
  readonly bell: Bell;
  /** Of LIVE requests; open where there are none. */
  readonly budget: Budget;
  close(): Promise<void>;
};

/** What ties are made of. `secret`: the database's own, which all nodes of an installation know, and nobody else. */
export type ClusterLinksDeps = { readonly secret: Uint8Array; readonly clock: Clock; readonly log: Log };

/** Ties through Redis where REDIS_URL is set; a node that is alone has its own. */
export async function openClusterLinks(
  config: Config,
  { secret, clock, log }: ClusterLinksDeps,
): Promise<ClusterLinks> {
  const { redisUrl: url, segmind } = config;
  if (url === null) {
    const bell = createLocalBell();
    const budget = segmind === null ? createOpenBudget({ clock }) : createLocalBudget({ ...segmind, clock });
    return { bell, budget, close: () => bell.close() };
  }
  // Installations may use one Redis without ever meeting.
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

/** What a node is called in the log: machine and process, null where it is the only one. */
export function nodeNameOf({ redisUrl }: Config): string | null {
  return redisUrl === null ? null : `${hostname()}/${process.pid}`;
}
