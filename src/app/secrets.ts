import type { LogSecrets } from '../adapter/log/pino.ts';
import type { Config } from '../config/config.ts';
import { parseRedisUrl } from '../lib/redis-url.ts';
import { parseServerUrl } from '../lib/server-url.ts';
import { jwtSecretsOf } from '../server/auth/jwt.ts';

/** The secrets of a configuration that must not be logged. */
export function secretsOf(config: Config): LogSecrets {
  const { segmind, auth, media, metrics, webhooks, redisUrl, databaseUrl, proxies } = config;
  return {
    keys: [
      segmind?.apiKey ?? '',
      ...(auth.kind === 'secret' ? jwtSecretsOf(auth.secret) : []),
      media.store.kind === 's3' ? media.store.secretAccessKey : '',
      metrics.token ?? '',
      ...webhooks.secretKeys,
    ],
    passwords: [
      ...(media.store.kind === 's3' ? [media.store.accessKeyId] : []),
      ...(parseServerUrl(databaseUrl)?.secrets ?? []),
      ...(redisUrl === null ? [] : (parseRedisUrl(redisUrl)?.secrets ?? [])),
      ...[proxies.http, proxies.https].flatMap((proxy) => proxy?.secrets ?? []),
    ],
  };
}
