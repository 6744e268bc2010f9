import { parseRedisUrl } from '../lib/redis-url.ts';
import { escapingHint } from '../lib/server-url.ts';
import type { Settings } from './env.ts';

/** Reads REDIS_URL; null if it is unset. The sentence about a bad one does not show it, since it may hold a password. */
export function readRedisUrl({ secret, refuse }: Settings): string | null {
  const url = secret('REDIS_URL');
  if (url === null) return null;
  const place = parseRedisUrl(url);
  if (place !== null) return place.kind === 'server' ? place.url : url;
  refuse(
    'REDIS_URL',
    /^rediss?\+cluster:|^[^/]*:\/\/(?:[^/]*@)?[^/,]+,/.test(url) && !url.includes('+sentinel')
      ? 'must name one Redis, or Sentinels: redis+sentinel://a:26379,b:26379/name. Redis Cluster is not supported.'
      : `must be redis://… or rediss://… (TLS), such as redis://user:password@redis.example.com:6379/0. ${escapingHint}`,
  );
  return null;
}
