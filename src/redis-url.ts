import type { Settings } from './setting.ts';

/** Where the nodes of an installation meet, as REDIS_URL says; null where it is unset. The sentence about a bad one does not show it: it may hold a password. */
export function readRedisUrl({ text, refuse }: Settings): string | null {
  const url = text('REDIS_URL');
  if (url !== null && !isRedisUrl(url)) {
    refuse(
      'REDIS_URL',
      'must be redis://… or rediss://… (TLS), such as redis://user:password@redis.example.com:6379/0.',
    );
  }
  return url;
}

/** Without a query, which would reach into the client's own options. */
function isRedisUrl(url: string): boolean {
  return URL.canParse(url) && /^rediss?:\/\/[^/?#]+(\/\d*)?$/.test(url) && isDecodable(url);
}

function isDecodable(text: string): boolean {
  try {
    return decodeURIComponent(text) !== '';
  } catch {
    return false;
  }
}
