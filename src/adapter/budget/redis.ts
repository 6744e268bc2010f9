import { every } from '../../lib/every.ts';
import type { Budget, Clock, Log } from '../../ports.ts';
import { bootWait, openRedis } from '../redis/connection.ts';
import { createRedisHealth, type RedisHealth } from '../redis/health.ts';
import { createLocalBudget } from './local.ts';
import { capacityOf, rampedRate } from './rate.ts';
import { type BucketResponse, orderFrom } from './script.ts';

/** What a budget between nodes is made of. */
export type RedisBudgetOptions = {
  readonly url: string;
  /** What its keys begin with: the same for all nodes that share it. */
  readonly keyPrefix: string;
  /** Of the whole installation. */
  readonly requestsPerMinute: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Shared with the other connections of the node; one of its own where it is left out. */
  readonly health?: RedisHealth;
};

/** A budget with a connection of its own. */
export interface RedisBudget extends Budget {
  close(): Promise<void>;
}

/** While Redis is away it is asked no more often than this. */
const askAgainMs = 1000;

/** A node without work tells this often that it is there: shares are counted by it. */
const presentMs = 10_000;

/** Redis away leaves a node no more than one part in two of the budget, also where it seems to be alone. */
const leastParts = 2;

/**
 * One token bucket for all nodes, kept at Redis. While Redis is away each node goes on with its share of the rate (as many parts as there
 * were nodes, two at least), from an empty bucket. What a node knows of a pause holds for it whatever Redis says or forgets. Fulfils when
 * Redis is connected to or, with a warning, when that takes too long.
 */
export async function openRedisBudget(options: RedisBudgetOptions): Promise<RedisBudget> {
  const { url, keyPrefix, requestsPerMinute, clock, health = createRedisHealth(options) } = options;
  const node = clock.newId();
  let welcome: () => void = () => undefined;
  const connected = new Promise<void>((resolve) => {
    welcome = resolve;
  });
  const perMs = requestsPerMinute / 60_000;
  // As last heard, on this node's clock.
  let tokens: number | null = null;
  let heardAt = clock.now();
  let pausedUntil = 0;
  let isPauseUntold = false;
  let deps = leastParts;
  // There while Redis is away.
  let own: Budget | null = null;
  let askAgainAt = 0;

  async function order(wanted: number): Promise<BucketResponse> {
    const askedAt = clock.now();
    const told = pausedUntil;
    const isPause = isPauseUntold;
    const pauseMs = Math.round(told - askedAt);
    const rate = requestsPerMinute;
    const answer = await orderFrom(link.client, keyPrefix, { rate, wanted, isPause, tokens, pauseMs, node });
    own = null;
    if (pausedUntil === told) isPauseUntold = false;
    // From when it was asked, not answered: told on and on, a pause must not grow by each way.
    pausedUntil = Math.max(pausedUntil, askedAt + answer.pauseMs);
    tokens = answer.tokens;
    heardAt = askedAt;
    deps = Math.max(leastParts, answer.nodes);
    return answer;
  }

  /** This node's share, for as long as Redis is away. */
  function fallBack(error: unknown): Budget {
    link.failed(error);
    askAgainAt = clock.monotonic() + askAgainMs;
    tokens = 0;
    own ??= createLocalBudget({ requestsPerMinute: requestsPerMinute / deps, clock, from: { tokens, pausedUntil } });
    return own;
  }

  /** Where Redis is away, or lets it be known only now. */
  const isAway = () => own !== null && clock.monotonic() < askAgainAt;
  const tell = (wanted: number) => void order(wanted).catch(fallBack);
  const stopPresence = every(clock, presentMs, () => {
    if (!isAway()) tell(0);
  });
  const prove = () => order(0).then(welcome);
  const link = openRedis({ url, purpose: 'budget', prove, health, clock });
  await bootWait(connected, options);

  return {
    async take(wanted) {
      if (wanted <= 0 || clock.now() < pausedUntil) return 0;
      if (own !== null && isAway()) return own.take(wanted);
      try {
        return (await order(wanted)).taken;
      } catch (error) {
        return fallBack(error).take(wanted);
      }
    },
    giveBack(unused) {
      if (unused <= 0) return;
      if (own !== null) own.giveBack(unused);
      else tell(-unused);
    },
    pauseUntil(at) {
      pausedUntil = Math.max(pausedUntil, at);
      tokens = 0;
      isPauseUntold = true;
      own?.pauseUntil(at);
      if (!isAway()) tell(0);
    },
    nextAt() {
      if (own !== null) return own.nextAt();
      const begin = Math.max(clock.now(), pausedUntil);
      const lacking = Math.max(0, 1 - (tokens ?? capacityOf(perMs)));
      return Math.ceil(
        Math.max(begin, Math.max(heardAt, pausedUntil) + lacking / rampedRate(perMs, begin - pausedUntil)),
      );
    },
    close() {
      stopPresence();
      return link.close();
    },
  };
}
