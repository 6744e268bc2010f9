import { describe, expect, it } from 'vitest';
import { createLineRedact } from '../../src/adapter/log/pino.ts';
import { secretsOf } from '../../src/app/secrets.ts';
import { readConfig } from '../../src/config/config.ts';

const clean = createLineRedact({
  keys: ['jobkey01', 'a"b c\\d e', 'minio'],
  passwords: ['postgres', 'p@ss', 'hunter22', 'correcthorsebatterystaple'],
});

describe('a log line', () => {
  it.each([
    ['a key anywhere', '{"msg":"xjobkey01x"}', '{"msg":"x[redacted]x"}'],
    ['a key with quotes', JSON.stringify({ msg: 'is a"b c\\d e it' }), '{"msg":"is [redacted] it"}'],
    ['a short key where a password is expected', '{"url":"http://u:minio@h"}', '{"url":"http://u:[redacted]@h"}'],
    ['a password of 8 characters', '{"msg":"no hunter22, sir"}', '{"msg":"no [redacted], sir"}'],
    ['a password behind a line break', '{"msg":"no\\nhunter22"}', '{"msg":"no\\n[redacted]"}'],
    ['a long password of letters', '{"msg":"is correcthorsebatterystaple"}', '{"msg":"is [redacted]"}'],
    ['what looks like a key', '{"msg":"key SG_0123abcd, is bad"}', '{"msg":"key [redacted], is bad"}'],
    ['what looks like a key behind a line break', '{"msg":"key\\nSG_0123abcd"}', '{"msg":"key\\n[redacted]"}'],
    [
      'a password in a URL',
      '{"msg":"postgres://postgres:postgres@h/db redis://:p%40ss@h"}',
      '{"msg":"postgres://postgres:[redacted]@h/db redis://:[redacted]@h"}',
    ],
    ['a password among arguments', '{"args":["default","p@ss"]}', '{"args":["default","[redacted]"]}'],
    ['a bearer token', '{"msg":"Bearer abc.def"}', '{"msg":"[redacted]"}'],
  ])('contains no %s', (_, line, cleaned) => {
    expect(clean(line)).toBe(cleaned);
  });

  it.each([
    '{"msg":"column \\"MSG_0001\\" of relation \\"jobs\\" violates SG_total_check"}',
    '{"msg":"password authentication failed for user \\"postgres\\"","routine":"auth_failed","table":"postgres"}',
    '{"url":"https://images.segmind.com/outputs/MSG_0001.mp4"}',
    '{"msg":"minio:9000 of minio, xhunter22x and correcthorsebatterystaples"}',
  ])('keeps %s unchanged', (line) => {
    expect(clean(line)).toBe(line);
  });
});

describe('the secrets of a configuration', () => {
  it('are in no log line, wherever they stand in it', () => {
    const settings = {
      SEGMIND_API_KEY: 'SG_0123456789abcdef',
      AUTH_JWT_SECRET: 'the-secret-of-tokens-0123456789ab',
      DATABASE_URL: 'postgres://u:database-pass@h/d',
      REDIS_URL: 'redis+sentinel://u:redis-pass-1@h/gate?sentinel_password=sentinel-pass',
      MEDIA_STORE: 's3://videos',
      S3_ACCESS_KEY_ID: 'AKIA0123456789',
      S3_SECRET_ACCESS_KEY: 'secret/of/the/bucket',
      WEBHOOK_SECRET_KEY: 'the-secret-of-webhooks-0123456789',
      METRICS_TOKEN: 'the-token-of-scrapes',
      HTTPS_PROXY: 'http://u:proxy-pass-1@proxy:3128',
      HTTP_PROXY: 'http://u:proxy-pass-2@proxy:3128',
    };
    const clean = createLineRedact(secretsOf(readConfig(settings)));
    const shown = ['database-pass', 'redis-pass-1', 'sentinel-pass', 'proxy-pass-1', 'proxy-pass-2'];
    const values = Object.entries(settings).filter(([name]) => !/URL|PROXY|STORE/.test(name));
    for (const secret of [...shown, ...values.map(([, value]) => value)])
      expect(clean(JSON.stringify({ msg: `It is ${secret}\n${secret}.` }))).toBe(
        '{"msg":"It is [redacted]\\n[redacted]."}',
      );
  });
});
