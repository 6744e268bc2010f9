import type { Redis } from 'ioredis';
import { burstMs, rampFrom, rampMs } from './rate.ts';

/** An order to the shared bucket. */
export type BucketOrder = {
  /** The rate of the whole installation, in requests per minute. */
  readonly rate: number;
  /** How many requests to take; a negative number gives requests back. */
  readonly wanted: number;
  /** True for a pause that Redis does not know yet, which empties the bucket. */
  readonly isPause: boolean;
  /** The node's last known tokens, for a Redis that has lost the bucket; null when it knows none. */
  readonly tokens: number | null;
  /** When the node's pause ends, in ms from now. */
  readonly pauseMs: number;
  readonly node: string;
};

/** The bucket after an order. `nodes` counts the nodes with an order in the last 30 s, this one included. */
export type BucketResponse = {
  readonly taken: number;
  readonly tokens: number;
  readonly pauseMs: number;
  readonly nodes: number;
};

/**
 * The bucket of local.ts as one atomic step in Redis, by the clock of Redis. KEYS[1] is a hash of tokens, filledAt and pausedUntil; KEYS[2]
 * a sorted set of nodes by their last order. Pauses are sent as durations, so the nodes' clocks may differ.
 */
const script = `
local rate, wanted, isPause, known, knownPause = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3] == '1', tonumber(ARGV[4]), tonumber(ARGV[5])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local capacity = math.max(1, rate * ${burstMs})

local kept = redis.call('HMGET', KEYS[1], 'tokens', 'filledAt', 'pausedUntil')
local tokens, filledAt, pausedUntil = tonumber(kept[1] or ''), tonumber(kept[2] or ''), tonumber(kept[3] or '')
if not tokens then
  tokens, filledAt, pausedUntil = math.min(capacity, known or capacity), now, now + knownPause
end

local climbed = math.max(0, (now - pausedUntil) / ${rampMs})
local ramped = rate * math.min(1, ${rampFrom} + ${1 - rampFrom} * climbed)
tokens = math.min(capacity, tokens + math.max(0, now - math.max(filledAt, pausedUntil)) * ramped)
if isPause then
  tokens, pausedUntil = 0, math.max(pausedUntil, now + knownPause)
end

local taken = 0
if wanted < 0 then
  tokens = math.min(capacity, tokens - wanted)
elseif now >= pausedUntil then
  taken = math.min(wanted, math.floor(tokens))
  tokens = tokens - taken
end

redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'filledAt', tostring(now), 'pausedUntil', tostring(pausedUntil))
redis.call('ZADD', KEYS[2], now, ARGV[6])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - 30000)
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, 600000 + math.max(0, pausedUntil - now)) end
return { tostring(taken), tostring(tokens), tostring(pausedUntil - now), tostring(redis.call('ZCARD', KEYS[2])) }
`;

/** Executes an order in Redis. Rejects when Redis is unavailable. */
export async function orderFrom(client: Redis, keyPrefix: string, order: BucketOrder): Promise<BucketResponse> {
  const { rate, wanted, isPause, tokens, pauseMs, node } = order;
  const args = [rate / 60_000, wanted, isPause ? 1 : 0, tokens ?? '', pauseMs, node];
  const reply = await client.eval(script, 2, `${keyPrefix}:bucket`, `${keyPrefix}:nodes`, ...args);
  const numbers = Array.isArray(reply) ? reply.map(Number) : [];
  const [taken = Number.NaN, left = Number.NaN, pause = Number.NaN, nodes = Number.NaN] = numbers;
  if (numbers.length !== 4 || numbers.some(Number.isNaN)) throw new Error(`Redis returned ${JSON.stringify(reply)}.`);
  return { taken, tokens: left, pauseMs: pause, nodes };
}
