import { parseServerUrl } from './server-url.ts';

/** How to reach Redis: one server, or the master that Sentinels name. */
export type RedisPlace = { readonly isSecure: boolean; readonly secrets: readonly string[] } & (
  | { readonly kind: 'server'; readonly url: string }
  | {
      readonly kind: 'sentinel';
      readonly sentinels: readonly { readonly host: string; readonly port: number }[];
      /** What the Sentinels call the master. */
      readonly name: string;
      readonly db: number;
      readonly username: string;
      readonly password: string;
      readonly sentinelUsername: string;
      readonly sentinelPassword: string;
    }
);

/**
 * Parses REDIS_URL; null if it cannot be read.
 *
 *     redis://user:password@host:6379/0      rediss://…: over TLS
 *     redis+sentinel://user:password@a:26379,b:26379,c:26379/name/0?sentinel_user=…&sentinel_password=…
 */
export function parseRedisUrl(text: string): RedisPlace | null {
  const isSecure = text.startsWith('rediss');
  if (/^rediss?\+sentinel:/.test(text)) return parseSentinels(text, isSecure);
  // A query could set options of the Redis client.
  const server = /^rediss?:\/\/[^?]+$/.test(text) ? parseServerUrl(text) : null;
  if (server === null || !/^[^/]+(\/\d*)?$/.test(server.place)) return null;
  return { kind: 'server', isSecure, url: server.href, secrets: server.secrets };
}

const usualPort = '26379';

function parseSentinels(text: string, isSecure: boolean): RedisPlace | null {
  const [, scheme = '', credentials = '', hosts = '', rest = ''] =
    /^(rediss?\+sentinel:\/\/)(?:([^/]*)@)?([^/@?]+)(\/.*)$/.exec(text) ?? [];
  // The URL class parses one host at a time, and refuses what is ambiguous.
  const urls = hosts.split(',').map((host) => {
    const each = `${scheme}${credentials === '' ? '' : `${credentials}@`}${host}${rest}`;
    const server = parseServerUrl(each);
    return server === null ? null : { server, url: new URL(server.href) };
  });
  const [first] = urls;
  if (first === undefined || first === null) return null;
  const [, name = '', db = '0', beyond] = /^\/([\w.-]+)(?:\/(\d{1,4}))?\/?(.*)$/.exec(first.url.pathname) ?? [];
  const parameters = first.url.searchParams;
  const isKnown = [...parameters.keys()].every((key) => key === 'sentinel_user' || key === 'sentinel_password');
  if (name === '' || beyond !== '' || !isKnown || urls.some((each) => each === null || each.url.hostname === ''))
    return null;
  const sentinelPassword = parameters.get('sentinel_password') ?? '';
  return {
    kind: 'sentinel',
    isSecure,
    sentinels: urls.flatMap((each) =>
      each === null
        ? []
        : [{ host: each.url.hostname.replace(/^\[|\]$/g, ''), port: Number(each.url.port || usualPort) }],
    ),
    name,
    db: Number(db),
    username: decodeURIComponent(first.url.username),
    password: decodeURIComponent(first.url.password),
    sentinelUsername: parameters.get('sentinel_user') ?? '',
    sentinelPassword,
    secrets: [...first.server.secrets, sentinelPassword].filter((each) => each !== ''),
  };
}
