import { every } from '../../lib/every.ts';
import type { Budget, Clock, Log } from '../../ports.ts';
import { bootWait, openRedis } from '../redis/connection.ts';
import { createRedisHealth, type RedisHealth } from '../redis/health.ts';
import { createLocalBudget } from './local.ts';
import { capacityOf, rampedRate } from './rate.ts';
import { type BucketResponse, orderFrom } from './script.ts';
import { createSubmitHold } from './submit-hold.ts';

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

/** How long after a failure to use Redis again. */
const retryMs = 1000;

/** How often a node without work reports to Redis, which counts the nodes by these reports. */
const presenceMs = 10_000;

/** Without Redis a node uses at most half of the rate, because other nodes may exist that it has not counted. */
const minShares = 2;

/**
 * One token bucket in Redis for all nodes.
 *
 *            an order fails
 *   shared ------------------> fallback: an own bucket, empty at first, with 1/n of the rate
 *      ^                          |
 *      '--------------------------'  an order succeeds, 1 s after the last failure at the earliest
 *
 * n is the last known number of nodes, at least 2. A node keeps to a pause that it knows of, even when Redis has lost it. Fulfils when
 * Redis is connected, or with a warning in the log when that takes too long.
 */
export async function openRedisBudget(options: RedisBudgetOptions): Promise<RedisBudget> {
  const { url, keyPrefix, requestsPerMinute, clock, health = createRedisHealth(options) } = options;
  const node = clock.newId();
  let onConnected: () => void = () => undefined;
  const connected = new Promise<void>((resolve) => {
    onConnected = resolve;
  });
  const perMs = requestsPerMinute / 60_000;
  // The bucket as of the last response, on this node's clock.
  let tokens: number | null = null;
  let tokensAt = clock.now();
  let pausedUntil = 0;
  let isPauseUnsent = false;
  let shares = minShares;
  // Set while Redis is unavailable.
  let fallback: Budget | null = null;
  let retryAt = 0;

  async function order(wanted: number): Promise<BucketResponse> {
    const sentAt = clock.now();
    const sentPause = pausedUntil;
    const isPause = isPauseUnsent;
    const pauseMs = Math.round(sentPause - sentAt);
    const rate = requestsPerMinute;
    const response = await orderFrom(link.client, keyPrefix, { rate, wanted, isPause, tokens, pauseMs, node });
    fallback = null;
    if (pausedUntil === sentPause) isPauseUnsent = false;
    // Counts from the order, not the response: otherwise every order would lengthen the pause.
    pausedUntil = Math.max(pausedUntil, sentAt + response.pauseMs);
    tokens = response.tokens;
    tokensAt = sentAt;
    shares = Math.max(minShares, response.nodes);
    return response;
  }

  /** Switches to this node's share after a failed order. */
  function fallBack(error: unknown): Budget {
    link.failed(error);
    retryAt = clock.monotonic() + retryMs;
    tokens = 0;
    const from = { tokens, pausedUntil };
    fallback ??= createLocalBudget({ requestsPerMinute: requestsPerMinute / shares, clock, from });
    return fallback;
  }

  const isUnavailable = () => fallback !== null && clock.monotonic() < retryAt;
  const send = (wanted: number) => void order(wanted).catch(fallBack);
  const stopPresence = every(clock, presenceMs, () => {
    if (!isUnavailable()) send(0);
  });
  const prove = () => order(0).then(onConnected);
  const link = openRedis({ url, purpose: 'budget', prove, health, clock });
  await bootWait(connected, options);

  return {
    ...createSubmitHold(),
    async take(wanted) {
      if (wanted <= 0 || clock.now() < pausedUntil) return 0;
      if (fallback !== null && isUnavailable()) return fallback.take(wanted);
      try {
        return (await order(wanted)).taken;
      } catch (error) {
        return fallBack(error).take(wanted);
      }
    },
    giveBack(unused) {
      if (unused <= 0) return;
      if (fallback !== null) fallback.giveBack(unused);
      else send(-unused);
    },
    pauseUntil(at) {
      pausedUntil = Math.max(pausedUntil, at);
      tokens = 0;
      isPauseUnsent = true;
      fallback?.pauseUntil(at);
      if (!isUnavailable()) send(0);
    },
    nextAt() {
      if (fallback !== null) return fallback.nextAt();
      const begin = Math.max(clock.now(), pausedUntil);
      const lacking = Math.max(0, 1 - (tokens ?? capacityOf(perMs)));
      return Math.ceil(
        Math.max(begin, Math.max(tokensAt, pausedUntil) + lacking / rampedRate(perMs, begin - pausedUntil)),
      );
    },
    close() {
      stopPresence();
      return link.close();
    },
  };
}
