import type { LogSecrets } from '../adapter/log/pino.ts';
import type { Config } from '../config/config.ts';
import { parseRedisUrl } from '../lib/redis-url.ts';
import { parseServerUrl } from '../lib/server-url.ts';
import { jwtSecretsOf } from '../server/auth/jwt.ts';

/** The secrets of a configuration that must not be logged. */
export function secretsOf({ segmind, auth, media, metrics, redisUrl, databaseUrl, proxies }: Config): LogSecrets {
  return {
    keys: [
      segmind?.apiKey ?? '',
      ...(auth.kind === 'secret' ? jwtSecretsOf(auth.secret) : []),
      media.store.kind === 's3' ? media.store.secretAccessKey : '',
      metrics.token ?? '',
    ],
    passwords: [
      ...(parseServerUrl(databaseUrl)?.secrets ?? []),
      ...(redisUrl === null ? [] : (parseRedisUrl(redisUrl)?.secrets ?? [])),
      ...[proxies.http, proxies.https].flatMap((proxy) => proxy?.secrets ?? []),
    ],
  };
}
