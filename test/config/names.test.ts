import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { problemOf, settingNames } from './world.ts';

const secret = 'x'.repeat(32);

describe('the names of settings', () => {
  test('reads a secret from the file that NAME_FILE names', () => {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const fileOf = (value: string) => {
      const file = join(folder, String(value.length));
      writeFileSync(file, `${value}\n`);
      return file;
    };
    const config = readConfig({
      SEGMIND_API_KEY_FILE: fileOf('SG_0123456789abcdef'),
      AUTH_JWT_SECRET_FILE: fileOf(secret),
      DATABASE_URL_FILE: fileOf('postgres://ana:p%40ss@db/reelgate'),
      REDIS_URL_FILE: fileOf('redis://:secret@cache:6379/0'),
      MEDIA_SHARED: 'true',
    });
    expect(config).toMatchObject({
      segmind: { apiKey: 'SG_0123456789abcdef' },
      auth: { kind: 'secret', secret },
      databaseUrl: 'postgres://ana:p%40ss@db/reelgate',
      redisUrl: 'redis://:secret@cache:6379/0',
    });
    const form = 'SEGMIND_API_KEY_FILE must be the path of a file with the value of SEGMIND_API_KEY;';
    expect(problemOf({ SEGMIND_API_KEY_FILE: '/none' })).toBe(`${form} there is no such file.`);
    expect(problemOf({ SEGMIND_API_KEY_FILE: folder })).toBe(`${form} that file cannot be read (EISDIR).`);
    expect(problemOf({ SEGMIND_API_KEY_FILE: fileOf('') })).toBe(`${form} that file is empty.`);
    expect(problemOf({ REDIS_URL: 'redis://a', REDIS_URL_FILE: fileOf('redis://b'), MEDIA_SHARED: 'true' })).toBe(
      'REDIS_URL_FILE must not be set together with REDIS_URL: choose one.',
    );
  });

  test('refuses a misspelt setting, and names the nearest', () => {
    const refusalOf = (name: string) => problemOf({ [name]: 'a value' });
    expect(refusalOf('SEGMIND_APIKEY')).toBe(
      'SEGMIND_APIKEY is not a setting. Did you mean SEGMIND_API_KEY? See docs/configuration.md for all settings.',
    );
    expect(refusalOf('AUTH_JWKS_URI')).toContain('Did you mean AUTH_JWKS_URL?');
    expect(refusalOf('AUTH_SECRET_FILE')).toContain('Did you mean AUTH_JWT_SECRET_FILE?');
    expect(refusalOf('segmind_api_key')).toContain('Did you mean SEGMIND_API_KEY?');
    expect(refusalOf('USER_JOB_PER_MINUTE')).toContain('Did you mean USER_JOBS_PER_MINUTE?');
    for (const name of ['REDISURL', 'redis_url', 'RedisUrl', 'REDIS__URL', 'REDIS-URL', 'REDISURL_FILE'])
      expect(refusalOf(name)).toMatch(/^\S+ is not a setting\. Did you mean REDIS_URL(_FILE)?\?/);
    expect(refusalOf('segmindApiKey')).toContain('Did you mean SEGMIND_API_KEY?');
    expect(refusalOf('LOGLEVEL')).toContain('Did you mean LOG_LEVEL?');
    // A value is never shown: it may be a secret.
    expect(problemOf({ SEGMIND_KEY: 'SG_0123456789abcdef' })).not.toContain('SG_');
    expect(problemOf({ USER: 'ana', USERNAME: 'ana', PATH: '/bin', AUTH_SECRET: ' ' })).toBe('');
    // Names of other programs.
    const proxy = 'http://proxy:3128';
    expect(problemOf({ host: 'a', Port: '1', https_proxy: proxy, HTTPS_PROXY: proxy, NOPROXY: 'b' })).toBe('');
  });

  test('knows every setting that the documentation names', () => {
    const names = settingNames();
    expect(names.length).toBeGreaterThan(20);
    const values = Object.fromEntries(names.map((name) => [name, '?']));
    expect(problemOf(values)).not.toContain('is not a setting');
  });
});
