import type { Config } from './config.ts';
import type { LogSecrets } from './log.ts';
import { jwtSecretsOf } from './server/token.ts';
import { parseServerUrl } from './server-url.ts';

/** What of a configuration must not get into a log. */
export function secretsOf({ segmind, auth, redisUrl, databaseUrl }: Config): LogSecrets {
  return {
    keys: [segmind?.apiKey ?? '', ...(auth.kind === 'secret' ? jwtSecretsOf(auth.secret) : [])],
    passwords: [redisUrl, databaseUrl].flatMap((url) => (url === null ? [] : (parseServerUrl(url)?.secrets ?? []))),
  };
}
