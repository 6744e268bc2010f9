import { every } from '../../lib/every.ts';
import type { Bell, Clock, Log } from '../../ports.ts';
import { bootWait, openRedis, type RedisLinkOptions } from '../redis/connection.ts';
import { createRedisHealth, type RedisHealth } from '../redis/health.ts';
import { createLocalBell } from './local.ts';

/** What a bell between nodes is made of. */
export type RedisBellOptions = {
  readonly url: string;
  /** The same for all nodes of an installation, and for no other. */
  readonly installation: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Shared with the other connections of the node; one of its own where it is left out. */
  readonly health?: RedisHealth;
};

/** Silence on a channel may be peace or a dead line: this tells them apart. */
const heartbeatMs = 2000;

/** A message names no more topics than this. */
const maxTopics = 1000;

/**
 * The bell between nodes: one channel of Redis carries the topics, and nothing else. A node's own listeners are rung at once, those of
 * others by the wire; whatever rings in one turn of the event loop is one message. After every connection to Redis, the first included,
 * all listeners are woken, since nobody knows what was missed. Redis away costs nothing but the others' rings. Fulfils when the channel
 * is subscribed to or, with a warning, when that takes too long.
 */
export async function openRedisBell(options: RedisBellOptions): Promise<Bell> {
  const { url, installation, clock, log } = options;
  const link = { url, health: options.health ?? createRedisHealth(options), clock };
  const channel = `reelgate:${installation}:bell`;
  const self = clock.newId();
  const local = createLocalBell();
  const [rings, provesRing] = firstTime((client) => client.publish(channel, self));
  const [hears, provesListen] = firstTime((client) => client.subscribe(channel).then(local.ringAll));
  // Without a topic it wakes nobody, and shows that the channel may be written to.
  const publisher = openRedis({ ...link, purpose: 'bell ring', prove: provesRing });
  const subscriber = openRedis({ ...link, purpose: 'bell listen', prove: provesListen });
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
      // A ring that is lost arrives by the others' sweep.
      publisher.client.publish(channel, message).catch(publisher.failed);
    }
  };

  const stopHeartbeat = every(clock, heartbeatMs, () => {
    subscriber.client.ping().catch(() => undefined);
  });
  await bootWait(Promise.all([rings, hears]), { clock, log });

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

/** A proof, and what fulfils when it succeeds for the first time. */
function firstTime(prove: RedisLinkOptions['prove']): readonly [Promise<void>, RedisLinkOptions['prove']] {
  let succeeded: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    succeeded = resolve;
  });
  return [first, (client) => prove(client).then(succeeded)];
}
