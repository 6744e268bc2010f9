import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import {
  clientAddressOf,
  createTrustedProxies,
  mayForwardHost,
  networkOf,
} from '../../src/server/http/client-address.ts';
import { problemOf } from '../config/world.ts';

const { trustedProxies } = readConfig({ TRUSTED_PROXIES: '10.0.0.0/8, 192.0.2.7,fd00::/8' });

const trusted = createTrustedProxies(trustedProxies);

const none = createTrustedProxies([]);

function requestFrom(remoteAddress: string | undefined, forwarded?: string): IncomingMessage {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  // Only these two members are read.
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

describe('the address of a client', () => {
  test.each([
    ['a direct caller', '203.0.113.9', undefined, '203.0.113.9'],
    ['a direct caller who invents a proxy', '203.0.113.9', '6.6.6.6', '203.0.113.9'],
    ['a caller behind a trusted proxy', '10.1.2.3', '203.0.113.9', '203.0.113.9'],
    ['a caller who invents hops before the proxy’s own', '10.1.2.3', '6.6.6.6, 203.0.113.9', '203.0.113.9'],
    ['a caller behind two trusted proxies', '10.1.2.3', '6.6.6.6, 203.0.113.9, 192.0.2.7', '203.0.113.9'],
    ['a chain of trusted proxies alone', '10.1.2.3', '10.0.0.1', '10.0.0.1'],
    ['a trusted proxy without the header', '10.1.2.3', undefined, '10.1.2.3'],
    ['a trusted proxy that forwards nonsense', '10.1.2.3', '203.0.113.9, unknown', '10.1.2.3'],
    ['IPv4 on a dual-stack socket', '::ffff:10.1.2.3', '::ffff:203.0.113.9', '203.0.113.9'],
    ['IPv4 with a port', '10.1.2.3', '203.0.113.9:4711', '203.0.113.9'],
    ['IPv6 with brackets and a port', 'fd00::1', '[2001:db8::9]:4711', '2001:db8::9'],
    ['a link-local address with a zone', 'fe80::1%eth0', undefined, 'fe80::1'],
    ['a connection that is closed', undefined, '203.0.113.9', ''],
  ])('of %s is found', (_case, peer, forwarded, address) => {
    expect(clientAddressOf(requestFrom(peer, forwarded), trusted)).toBe(address);
  });

  test('is never forwarded where no proxy is trusted, not even by this machine', () => {
    expect(clientAddressOf(requestFrom('127.0.0.1', '203.0.113.9'), none)).toBe('127.0.0.1');
  });

  test('a host is forwarded by this machine and by trusted proxies only', () => {
    const peers = ['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.1.2.3', '203.0.113.9'];
    expect(peers.map((peer) => mayForwardHost(requestFrom(peer), trusted))).toEqual([true, true, true, true, false]);
    expect(peers.map((peer) => mayForwardHost(requestFrom(peer), none))).toEqual([true, true, true, false, false]);
  });

  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['', ''],
  ])('%s belongs to %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  test.each(['10.0.0.0/33', 'proxy.example.com', '10.0.0', 'fd00::/129', '10.0.0.1/'])(
    'TRUSTED_PROXIES refuses %s with a sentence',
    (value) => {
      expect(problemOf({ TRUSTED_PROXIES: `10.0.0.1,${value}` })).toBe(
        'TRUSTED_PROXIES must list addresses or ranges such as 10.0.0.7 or 10.0.0.0/8, comma separated; ' +
          `"${value}" is neither.`,
      );
    },
  );
});
