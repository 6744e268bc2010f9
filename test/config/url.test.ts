import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { parseRedisUrl } from '../../src/lib/redis-url.ts';
import { escapingHint } from '../../src/lib/server-url.ts';
import { problemOf, settingNames } from './world.ts';

/** URLs in which the password's end is ambiguous: / ? # end the host, % begins an escape. */
const unescapedPasswords = [
  'postgres://r:hun/ter2@host/db',
  'postgres://r:1/hunter2@host/db',
  'postgres://r:a@b/hunter2@host/db',
  'postgres://r:1#hunter2@host/db',
  'postgres://r:1?hunter2@host/db',
  'postgres://r:a@b?c=hunter2@host/db',
  'postgres://r:hun%ter2@host/db',
  'postgres://r:hun%ff@host/db',
  'postgres://r:hun\tter2@host/db',
  'postgres://r:1/hunter2@/db?host=/run/postgresql',
];

describe('a URL in the configuration', () => {
  test.each(['redis://localhost', 'rediss://user:p%40ss@redis.example.com:6380/2', 'redis://:pass@[::1]:6379/'])(
    'accepts %s as REDIS_URL',
    (url) => expect(readConfig({ REDIS_URL: url, MEDIA_STORE: 'none' }).redisUrl).toBe(url),
  );

  test.each([
    'localhost:6379',
    'http://localhost',
    'redis://',
    'redis://:p%@host',
    'redis://host/db',
    'redis://host?db=1',
    'redis://:1/hunter2@host',
    'redis://:1#hunter2@host',
  ])('refuses %s as REDIS_URL, without showing a password', (url) =>
    expect(problemOf({ REDIS_URL: url })).toBe(
      `REDIS_URL must be redis://… or rediss://… (TLS), such as redis://user:password@redis.example.com:6379/0. ${escapingHint}`,
    ),
  );

  test.each([
    ['postgres://r:hun@ter2@host/db', 'postgres://r:hun%40ter2@host/db'],
    ['postgres://r:hun ter2@[::1]:5433/db?sslmode=require', 'postgres://r:hun%20ter2@[::1]:5433/db?sslmode=require'],
    ['postgresql://r:p%2Fw@%2Frun%2Fpostgresql/db', 'postgresql://r:p%2Fw@%2Frun%2Fpostgresql/db'],
    ['postgres://r:pw@/db?host=/run/postgresql', 'postgres://r:pw@/db?host=/run/postgresql'],
  ])('accepts the database %s, with its password escaped', (url, escaped) =>
    expect(readConfig({ DATABASE_URL: url }).databaseUrl).toBe(escaped),
  );

  test.each(unescapedPasswords)('refuses the database %s, explains how to escape and shows no part of it', (url) =>
    expect(problemOf({ DATABASE_URL: url })).toBe(
      `DATABASE_URL cannot be read as postgres://USER:PASSWORD@HOST:PORT/DATABASE. ${escapingHint}`,
    ),
  );

  const wrongUrls = [
    ...['https://u:hunter2@host', 'https://u:1/hunter2@host', 'https://u:1?hunter2@host', 'https://u:hunter2,1@host'],
    ...[
      'https://u:1,hunter2,3@host',
      'postgres://u:hunter2,1@host/db#',
      'redis://u:hunter2 1@host/x',
      'u:hunter2@host',
    ],
  ];

  test.each(['PUBLIC_URL', 'SEGMIND_BASE_URL', 'AUTH_JWKS_URL', 'ALLOWED_ORIGINS'])(
    '%s with a password in it is refused, and no part of it is shown',
    (name) => {
      for (const url of wrongUrls) {
        expect(problemOf({ [name]: url })).toContain(name);
        expect(problemOf({ [name]: url })).not.toContain('hunter2');
      }
    },
  );

  test.each(settingNames())('no sentence about %s shows any part of a password or of a key', (name) => {
    const wrong = [...wrongUrls, 'SG_hunter2', 'key sk_live_hunter2'];
    const shared = { MEDIA_STORE: 's3://videos', HOST: '0.0.0.0' };
    for (const value of wrong) {
      for (const variables of [{ [name]: value }, { ...shared, [name]: value }, { [`${name}_FILE`]: value }])
        expect(problemOf(variables), value).not.toContain('hunter2');
    }
  });
});

describe('Sentinels in REDIS_URL', () => {
  test('are read with their passwords, which are secrets of the log', () => {
    const url = 'redis+sentinel://u:p%40ss@a:1,b,[::1]:3/gate/2?sentinel_password=knock';
    expect(parseRedisUrl(url)).toEqual({
      kind: 'sentinel',
      isSecure: false,
      sentinels: [
        { host: 'a', port: 1 },
        { host: 'b', port: 26_379 },
        { host: '::1', port: 3 },
      ],
      name: 'gate',
      db: 2,
      username: 'u',
      password: 'p@ss',
      sentinelUsername: '',
      sentinelPassword: 'knock',
      secrets: ['p@ss', 'p%40ss', 'knock'],
    });
    expect(readConfig({ REDIS_URL: url, MEDIA_STORE: 'none' }).redisUrl).toBe(url);
  });

  test.each([
    'redis+sentinel://a,b',
    'redis+sentinel:///gate',
    'redis+sentinel://a,,b/gate',
    'redis+sentinel://a/gate/x',
    'redis+sentinel://a/gate?db=1',
    'redis+sentinel://:1/hunter2@a/gate',
  ])('%s is refused, without showing a password', (url) => {
    expect(problemOf({ REDIS_URL: url })).toContain('REDIS_URL must be redis://');
    expect(problemOf({ REDIS_URL: url })).not.toContain('hunter2');
  });

  test('a list of servers is taken for a Cluster', () => {
    expect(problemOf({ REDIS_URL: 'redis://a:1,b:2' })).toContain('Redis Cluster is not supported');
  });
});
