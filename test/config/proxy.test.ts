import { expect, test } from 'vitest';
import { secretsOf } from '../../src/app/secrets.ts';
import { readConfig } from '../../src/config/config.ts';
import type { Variables } from '../../src/config/env.ts';
import { proxyOf } from '../../src/lib/proxy.ts';
import { escapingHint } from '../../src/lib/server-url.ts';
import { problemOf } from './world.ts';

/** The proxy that the settings choose for a URL; null for a direct connection. */
function chosen(variables: Variables, url: string): string | null {
  return proxyOf(readConfig(variables).proxies, new URL(url))?.place ?? null;
}

test('each scheme has its proxy, lower-case names count first, and ALL_PROXY is for what has none', () => {
  const both = { HTTPS_PROXY: 'http://upper:1', https_proxy: 'lower:3128' };
  expect(chosen(both, 'https://api.segmind.com')).toBe('lower:3128');
  expect(chosen(both, 'http://api.segmind.com')).toBeNull();
  expect(chosen({ HTTPS_PROXY: 'https://secure' }, 'https://a.example')).toBe('secure');
  expect(chosen({ ALL_PROXY: 'http://all:1', HTTP_PROXY: 'http://plain:2' }, 'http://a.example')).toBe('plain:2');
  expect(chosen({ ALL_PROXY: 'http://all:1', HTTP_PROXY: 'http://plain:2' }, 'https://a.example')).toBe('all:1');
  expect(chosen({ https_proxy: '' }, 'https://a.example')).toBeNull();
});

test('this machine is never reached through a proxy', () => {
  for (const host of ['localhost', '127.0.0.1', '[::1]'])
    expect(chosen({ ALL_PROXY: 'http://proxy:1' }, `http://${host}:4000/sandbox`)).toBeNull();
});

test.each([
  ['*', 'https://a.example', true],
  ['example.com', 'https://example.com', true],
  ['example.com', 'https://api.example.com', true],
  ['.example.com', 'https://api.example.com', true],
  ['*.example.com', 'https://api.example.com', true],
  ['EXAMPLE.com, other', 'https://api.Example.com:8443', true],
  ['one two.example', 'https://two.example.', true],
  ['example.com', 'https://badexample.com', false],
  ['example.com:8443', 'https://example.com:8443', true],
  ['example.com:8443', 'https://example.com', false],
  ['example.com:443', 'https://example.com', true],
  ['10.0.0.0/8', 'https://10.1.2.3', true],
  ['10.0.0.0/8', 'https://11.1.2.3', false],
  ['10.0.0.0/8', 'https://10.example.com', false],
  ['192.0.2.7', 'https://192.0.2.7', true],
  ['fd00::/8', 'https://[fd00::7]', true],
  ['[fd00::7]', 'https://[fd00::7]', true],
  ['fd00::/8', 'https://10.0.0.1', false],
  ['.', 'https://a.example', false],
])('NO_PROXY %s and %s: direct is %s', (exceptions, url, isDirect) => {
  const variables = { HTTPS_PROXY: 'http://proxy:1', NO_PROXY: exceptions };
  expect(chosen(variables, url) === null).toBe(isDirect);
  expect(chosen({ HTTPS_PROXY: 'http://proxy:1', no_proxy: exceptions, NO_PROXY: 'x' }, url) === null).toBe(isDirect);
});

test.each(['socks5://p:1', 'http://p/path', 'http://', 'http://u:1/hunter2@p', 'http://u:p%@hunter2', 'http://p?x=1'])(
  'the proxy %s is refused, without showing a password',
  (url) => {
    expect(problemOf({ HTTPS_PROXY: url })).toBe(
      `HTTPS_PROXY must be the URL of an HTTP proxy, such as http://user:password@proxy:3128. ${escapingHint}`,
    );
    expect(problemOf({ all_proxy: url })).toContain('all_proxy must be');
  },
);

test('the password of a proxy is a secret of the log, also as it is sent', () => {
  const config = readConfig({ HTTPS_PROXY: 'http://gate:open%20sesame@proxy:3128' });
  const sent = Buffer.from('gate:open sesame').toString('base64');
  expect(secretsOf(config).passwords).toEqual(['open sesame', 'open%20sesame', sent]);
  expect(config.proxies.https).toMatchObject({ place: 'proxy:3128', authorization: `Basic ${sent}` });
});
