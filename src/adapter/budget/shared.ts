import type { Redis } from 'ioredis';
import type { Allowance, Clock } from '../../ports.ts';
import { createLocalBucket } from './local.ts';
import { capacityOf, rampedRate } from './rate.ts';
import { type BucketResponse, orderFrom } from './script.ts';

/** What a bucket between nodes needs. */
export type SharedBucketDeps = {
  /** The prefix of its keys in Redis, the same for all nodes that share it. */
  readonly keyPrefix: string;
  /** The rate of the whole installation. */
  readonly requestsPerMinute: number;
  /** This node's id. */
  readonly node: string;
  readonly clock: Clock;
  readonly client: () => Redis;
  /** Called with the error of each failed order. */
  readonly failed: (error: unknown) => void;
};

/** A bucket between nodes. */
export interface SharedBucket extends Allowance {
  /** Shows that the bucket can be used, and registers this node at Redis. Rejects when Redis is unavailable. */
  prove(): Promise<unknown>;
  /** Registers this node at Redis, unless Redis was unavailable a moment ago. */
  report(): void;
}

/** How long after a failure to use Redis again. */
const retryMs = 1000;

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
 * n is the last known number of nodes, at least 2. A node keeps to a pause that it knows of, even when Redis has lost it.
 */
export function createSharedBucket(deps: SharedBucketDeps): SharedBucket {
  const { keyPrefix, requestsPerMinute, node, clock, client, failed } = deps;
  const perMs = requestsPerMinute / 60_000;
  // The bucket as of the last response, on this node's clock.
  let tokens: number | null = null;
  let tokensAt = clock.now();
  let pausedUntil = 0;
  let isPauseUnsent = false;
  let shares = minShares;
  // Set while Redis is unavailable.
  let fallback: Allowance | null = null;
  let retryAt = 0;

  async function order(wanted: number): Promise<BucketResponse> {
    const sentAt = clock.now();
    const sentPause = pausedUntil;
    const isPause = isPauseUnsent;
    const pauseMs = Math.round(sentPause - sentAt);
    const rate = requestsPerMinute;
    const response = await orderFrom(client(), keyPrefix, { rate, wanted, isPause, tokens, pauseMs, node });
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
  function fallBack(error: unknown): Allowance {
    failed(error);
    retryAt = clock.monotonic() + retryMs;
    tokens = 0;
    const share = { requestsPerMinute: requestsPerMinute / shares, clock };
    fallback ??= createLocalBucket(share, { tokens, pausedUntil });
    return fallback;
  }

  const isUnavailable = () => fallback !== null && clock.monotonic() < retryAt;
  const send = (wanted: number) => void order(wanted).catch(fallBack);

  return {
    prove() {
      // A Redis that was away may have lost the pause, and other nodes may have been back first.
      isPauseUnsent ||= pausedUntil > clock.now();
      return order(0);
    },
    report() {
      if (!isUnavailable()) send(0);
    },
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
    available() {
      if (fallback !== null) return fallback.available();
      const now = clock.now();
      if (now < pausedUntil) return 0;
      const refilled = Math.max(0, now - Math.max(tokensAt, pausedUntil)) * rampedRate(perMs, now - pausedUntil);
      return Math.floor(Math.min(capacityOf(perMs), (tokens ?? capacityOf(perMs)) + refilled));
    },
    nextAt() {
      if (fallback !== null) return fallback.nextAt();
      const begin = Math.max(clock.now(), pausedUntil);
      const lacking = Math.max(0, 1 - (tokens ?? capacityOf(perMs)));
      return Math.ceil(
        Math.max(begin, Math.max(tokensAt, pausedUntil) + lacking / rampedRate(perMs, begin - pausedUntil)),
      );
    },
  };
}
