import { describe, expect, it } from 'vitest';
import { isAllowedAddress } from '../../src/lib/public-address.ts';

const publicAddresses = [
  '8.8.8.8',
  '1.1.1.1',
  '172.32.0.1',
  '2606:4700:4700::1111',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
];

const forbiddenAddresses = [
  ['this network', '0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['private', '10.0.0.1'],
  ['private', '172.16.0.1'],
  ['private', '172.31.255.255'],
  ['private', '192.168.1.1'],
  ['carrier-grade NAT', '100.64.0.1'],
  ['carrier-grade NAT', '100.127.255.254'],
  ['link-local, with the metadata of clouds', '169.254.169.254'],
  ['multicast', '224.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['reserved', '240.0.0.1'],
  ['benchmarks', '198.18.0.1'],
  ['documentation', '192.0.2.1'],
  ['protocol assignments', '192.0.0.8'],
  ['private, in octal', '012.0.0.1'],
  ['private, in hexadecimal', '0xa.0x0.0x0.0x1'],
  ['private, as a number', '167772161'],
  ['unspecified', '::'],
  ['private, mapped into IPv6', '::ffff:10.0.0.1'],
  ['private, mapped into IPv6, in hexadecimal', '::ffff:a00:1'],
  ['private, compatible with IPv6', '::10.0.0.1'],
  ['metadata of clouds, mapped into IPv6', '::ffff:169.254.169.254'],
  ['private, behind NAT64', '64:ff9b::10.0.0.1'],
  ['metadata of clouds, behind NAT64', '64:ff9b::a9fe:a9fe'],
  ['NAT64 of a local network', '64:ff9b:1::8.8.8.8'],
  ['private, in 6to4', '2002:a00:1::'],
  ['Teredo', '2001::1'],
  ['link-local', 'fe80::1'],
  ['link-local with a zone', 'fe80::1%eth0'],
  ['unique local', 'fd00::1'],
  ['site-local', 'fec0::1'],
  ['multicast', 'ff02::1'],
  ['documentation', '2001:db8::1'],
  ['discard', '100::1'],
  ['translated', '::ffff:0:10.0.0.1'],
  ['outside of global unicast', '4000::1'],
  ['no address', 'localhost'],
  ['nothing', ''],
] as const;

const loopbackAddresses = [
  '127.0.0.1',
  '127.255.255.254',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '0x7f.1',
  '2130706433',
];

describe('an address', () => {
  it.each(publicAddresses)('%s is public', (address) => {
    expect([isAllowedAddress(address, 'public'), isAllowedAddress(address, 'loopback')]).toEqual([true, true]);
  });

  it.each(forbiddenAddresses)('%s is never allowed: %s', (_, address) => {
    expect([isAllowedAddress(address, 'public'), isAllowedAddress(address, 'loopback')]).toEqual([false, false]);
  });

  it.each(loopbackAddresses)('%s is allowed only where the provider itself is on this machine', (address) => {
    expect([isAllowedAddress(address, 'public'), isAllowedAddress(address, 'loopback')]).toEqual([false, true]);
  });
});
