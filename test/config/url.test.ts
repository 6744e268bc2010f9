import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { escapingHint } from '../../src/lib/server-url.ts';
import { problemOf } from './world.ts';

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

  test.each(['PUBLIC_URL', 'SEGMIND_BASE_URL', 'AUTH_JWKS_URL', 'ALLOWED_ORIGINS'])(
    '%s with a password in it is refused, and no part of it is shown',
    (name) => {
      for (const url of ['https://u:hunter2@host', 'https://u:1/hunter2@host', 'https://u:1?hunter2@host']) {
        expect(problemOf({ [name]: url })).toContain(name);
        expect(problemOf({ [name]: url })).not.toContain('hunter2');
      }
    },
  );
});
