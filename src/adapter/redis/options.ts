import type { RedisOptions } from 'ioredis';
import { parseRedisUrl } from '../../lib/redis-url.ts';

// A Sentinel whose machine hangs accepts connections and never answers. The next one of the list is asked then.
const sentinelTimeoutMs = 1000;

/** The options of the Redis client that say where Redis is. With Sentinels, the client asks them for the master before each connection. */
export function redisOptionsOf(url: string): RedisOptions {
  const place = parseRedisUrl(url);
  if (place === null) throw new Error('REDIS_URL cannot be read.');
  const tls = place.isSecure ? { tls: {} } : {};
  if (place.kind === 'server') {
    const { hostname, port, pathname, username, password } = new URL(place.url);
    return {
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port || 6379),
      db: Number(pathname.slice(1) || 0),
      ...credentialsOf(decodeURIComponent(username), decodeURIComponent(password)),
      ...tls,
    };
  }
  const { sentinels, name, db, username, password, sentinelUsername, sentinelPassword } = place;
  return {
    sentinels: sentinels.map((each) => ({ ...each })),
    sentinelCommandTimeout: sentinelTimeoutMs,
    name,
    db,
    ...credentialsOf(username, password),
    ...(sentinelUsername === '' ? {} : { sentinelUsername }),
    ...(sentinelPassword === '' ? {} : { sentinelPassword }),
    // No `failoverDetector`: it prints every Sentinel that is down. A demoted master is noticed within 2 s by its own answers.
    ...(place.isSecure ? { sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
    ...tls,
  };
}

function credentialsOf(username: string, password: string): Pick<RedisOptions, 'username' | 'password'> {
  return { ...(username === '' ? {} : { username }), ...(password === '' ? {} : { password }) };
}
