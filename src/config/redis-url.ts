import { escapingHint, parseServerUrl } from '../lib/server-url.ts';
import type { Settings } from './env.ts';

/** Reads REDIS_URL; null if it is unset. The sentence about a bad one does not show it, since it may hold a password. */
export function readRedisUrl({ secret, refuse }: Settings): string | null {
  const url = secret('REDIS_URL');
  if (url === null) return null;
  // A query could set options of the Redis client.
  const server = /^rediss?:\/\/[^?]+$/.test(url) ? parseServerUrl(url) : null;
  if (server !== null && /^[^/]+(\/\d*)?$/.test(server.place)) return server.href;
  refuse(
    'REDIS_URL',
    `must be redis://… or rediss://… (TLS), such as redis://user:password@redis.example.com:6379/0. ${escapingHint}`,
  );
  return null;
}
