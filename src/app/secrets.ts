import type { LogSecrets } from '../adapter/log/pino.ts';
import type { Config } from '../config/config.ts';
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
      ...[redisUrl, databaseUrl].flatMap((url) => (url === null ? [] : (parseServerUrl(url)?.secrets ?? []))),
      ...[proxies.http, proxies.https].flatMap((proxy) => proxy?.secrets ?? []),
    ],
  };
}
