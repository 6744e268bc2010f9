import { every } from '../../lib/every.ts';
import type { Bell, Clock, Log } from '../../ports.ts';
import { refuseCluster } from '../redis/cluster.ts';
import { bootWait, openRedis, type RedisLinkOptions, refuseReplica } from '../redis/connection.ts';
import { createRedisHealth, type RedisHealth } from '../redis/health.ts';
import { createLocalBell } from './local.ts';

/** The options of a bell between nodes. */
export type RedisBellOptions = {
  readonly url: string;
  /** The same for all nodes of an installation, and for no other. */
  readonly installation: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Shared with the node's other connections to Redis. Without it the connection has its own. */
  readonly health?: RedisHealth;
};

/** How often to ping Redis on the subscriber's connection. A quiet channel and a dead connection look the same without it. */
const heartbeatMs = 2000;

/** The most topics in one message. */
const maxTopics = 1000;

/**
 * The bell between nodes. A ring calls the node's own listeners at once, and other nodes' listeners through one Redis channel. The rings
 * of one event-loop turn share a message: `"SENDER\nTOPIC\nTOPIC…"`. After every connection to Redis, the first included, it wakes all
 * listeners, because it may have missed rings. Without Redis only the rings of other nodes are lost. Fulfils when the channel is
 * subscribed to, or with a warning in the log when that takes too long.
 */
export async function openRedisBell(options: RedisBellOptions): Promise<Bell> {
  const { url, installation, clock, log } = options;
  const link = { url, health: options.health ?? createRedisHealth(options), clock };
  const channel = `reelgate:${installation}:bell`;
  const self = clock.newId();
  const local = createLocalBell();
  // A message without topics wakes nobody, but it shows that this user may publish to the channel.
  const [canPublish, provePublish] = firstTime(async (client) => {
    await refuseCluster(client);
    await refuseReplica(client);
    await client.publish(channel, self);
  });
  const [canSubscribe, proveSubscribe] = firstTime((client) => client.subscribe(channel).then(local.ringAll));
  const publisher = openRedis({ ...link, purpose: 'bell ring', prove: provePublish });
  const subscriber = openRedis({ ...link, purpose: 'bell listen', prove: proveSubscribe });
  subscriber.client.on('message', (_channel: string, message: string) => {
    const [sender, ...topics] = message.split('\n');
    if (sender !== self) local.ring(topics);
  });

  let pending = new Set<string>();
  let closed = false;
  const send = () => {
    const topics = [...pending];
    pending = new Set();
    while (topics.length > 0) {
      const message = [self, ...topics.splice(0, maxTopics)].join('\n');
      // When a ring is lost, the other nodes find the change with their next regular read.
      publisher.client.publish(channel, message).catch(publisher.failed);
    }
  };

  const stopHeartbeat = every(clock, heartbeatMs, () => {
    subscriber.client.ping().catch(() => undefined);
    // A replica accepts rings, and carries them to nobody. Nothing else would show that this server has become one.
    refuseReplica(publisher.client).catch(publisher.failed);
  });
  await bootWait(Promise.all([canPublish, canSubscribe]), { clock, log });

  return {
    ring(topics) {
      local.ring(topics);
      if (closed) return;
      if (pending.size === 0) setImmediate(send);
      for (const topic of topics) pending.add(topic);
    },
    listen: local.listen,
    async close() {
      closed = true;
      stopHeartbeat();
      send();
      await Promise.all([publisher.close(), subscriber.close()]);
      await local.close();
    },
  };
}

/** Returns a promise that fulfils when `prove` first succeeds, and the `prove` to use in its place. */
function firstTime(prove: RedisLinkOptions['prove']): readonly [Promise<void>, RedisLinkOptions['prove']] {
  let succeeded: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    succeeded = resolve;
  });
  return [first, (client) => prove(client).then(succeeded)];
}
