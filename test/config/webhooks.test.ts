import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { problemOf } from './world.ts';

const key = 'k'.repeat(32);

describe('the settings of webhooks', () => {
  test('list the hosts of an intranet, and one key or two', () => {
    const { webhooks } = readConfig({
      WEBHOOK_ALLOWED_HOSTS: ' Hooks.corp.example, *.corp.example,10.0.0.7 ,[fd00::1]',
      WEBHOOK_SECRET_KEY: `${key}n, ${key}o`,
    });
    expect(webhooks).toEqual({
      allowedHosts: ['hooks.corp.example', '*.corp.example', '10.0.0.7', 'fd00::1'],
      secretKeys: [`${key}n`, `${key}o`],
    });
  });

  test('list an address in any spelling: it is the one that URLs have', () => {
    const { webhooks } = readConfig({
      WEBHOOK_ALLOWED_HOSTS: 'fd00::0001, [FD00:0:0::2], ::ffff:10.0.0.7, *.Corp.example',
    });
    expect(webhooks.allowedHosts).toEqual(['fd00::1', 'fd00::2', '::ffff:a00:7', '*.corp.example']);
  });

  test.each([
    'fe80::1%eth0',
    '10.0.0.256',
    '010.0.0.1',
    '127.1',
    'https://a.example',
    'a.example:80',
    'a example',
    '*',
    'a.*.example',
  ])('%s is no host', (host) => {
    expect(problemOf({ WEBHOOK_ALLOWED_HOSTS: host })).toContain('WEBHOOK_ALLOWED_HOSTS must list hosts such as');
  });

  test('refuse a short key, and more than two, without showing them', () => {
    const short = problemOf({ WEBHOOK_SECRET_KEY: 'secret' });
    expect(short).toBe('WEBHOOK_SECRET_KEY must have at least 32 bytes in each key.');
    expect(problemOf({ WEBHOOK_SECRET_KEY: [key, key, key].join() })).toContain('must be one key, or two');
  });
});
