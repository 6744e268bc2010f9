import { describe, expect, test } from 'vitest';
import { resolverOf } from '../media/world.ts';
import { open, request } from './sender-world.ts';
import { openReceiver } from './world.ts';

/** Every spelling of an address that is not public, in TEST, where http is allowed. */
const privateUrls = [
  'http://127.0.0.1/',
  'http://127.1/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0177.0.0.1/',
  'http://127.0.0.1./',
  'http://①②⑦.0.0.1/',
  'http://localhost/',
  'http://LOCALHOST./',
  'http://0.0.0.0/',
  'http://0/',
  'http://10.1.2.3/',
  'http://172.16.0.1/',
  'http://192.168.1.1/',
  'http://100.64.0.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://192.0.0.1/',
  'http://198.18.0.1/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://[::1]/',
  'http://[::]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[::127.0.0.1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[64:ff9b::10.0.0.1]/',
  'http://[fe80::1]/',
  'http://[fc00::1]/',
  'http://[fd12:3456::1]/',
  'http://[2002:7f00:1::]/',
  'http://[2001::1]/',
  'http://[ff02::1]/',
  'http://[2001:db8::1]/',
];

describe('an endpoint’s URL', () => {
  test.each(privateUrls)('%s is refused, when it is set and when it is asked', async (url) => {
    const sender = open({ lookup: resolverOf({}).lookup });
    expect(sender.refusalOf(url, 'TEST')).toBe('The URL leads into a private network.');
    expect(await sender.send(request(url))).toMatchObject({
      httpStatus: null,
      error: 'The URL leads into a private network.',
    });
  });

  test.each([
    ['http://example.com/', 'must start with https'],
    ['ftp://example.com/', 'must be absolute'],
    ['file:///etc/passwd', 'must be absolute'],
    ['example.com/hook', 'must be absolute'],
    ['https://10.0.0.1/', 'leads into a private network'],
    ['https://127.0.0.1/', 'leads into a private network'],
    ['https://localhost/', 'leads into a private network'],
    ['https://[::ffff:169.254.169.254]/', 'leads into a private network'],
    ['https://user:secret@example.com/', 'must not contain a user'],
    ['https://user@example.com/', 'must not contain a user'],
    ['https://example.com:22/', 'must not name a port'],
    ['https://example.com:25/', 'must not name a port'],
    ['https://example.com:6379/', 'must not name a port'],
    [`https://example.com/${'x'.repeat(2048)}`, 'at most 2048'],
  ])('%s is refused in LIVE', (url, reason) => {
    expect(open().refusalOf(url, 'LIVE')).toContain(reason);
  });

  test.each([
    'https://example.com/hook',
    'https://example.com:8443/a?b=c',
    'https://93.184.216.34/',
    'https://[2606:4700::1]/',
  ])('%s is accepted in LIVE', (url) => {
    expect(open().refusalOf(url, 'LIVE')).toBeNull();
  });

  test('may lead to this machine in TEST where only people at this machine use the gateway; in LIVE never', () => {
    const sender = open({ loopbackInTest: true });
    expect(sender.refusalOf('http://localhost:3000/hook', 'TEST')).toBeNull();
    expect(sender.refusalOf('http://[::1]:80/hook', 'TEST')).toBeNull();
    expect(sender.refusalOf('http://10.0.0.1/hook', 'TEST')).not.toBeNull();
    expect(sender.refusalOf('https://localhost:3000/hook', 'LIVE')).not.toBeNull();
  });

  test('may lead to hosts that the operator allows: to any address, without TLS, at any port', async () => {
    const receiver = await openReceiver();
    const { lookup } = resolverOf({ 'hooks.corp.example': ['127.0.0.1'], 'corp.example': ['127.0.0.1'] });
    const sender = open({ lookup, allowedHosts: ['*.corp.example', '10.0.0.7'] });
    expect(sender.refusalOf('http://10.0.0.7:22/', 'LIVE')).toBeNull();
    expect(sender.refusalOf('http://10.0.0.8/', 'LIVE')).not.toBeNull();
    const url = `http://hooks.corp.example:${receiver.port}/`;
    expect(await sender.send(request(url, 'LIVE'))).toMatchObject({ httpStatus: 200, error: null });
    expect(await sender.send(request(`http://corp.example:${receiver.port}/`))).toMatchObject({ httpStatus: null });
    expect(sender.refusalOf('http://notcorp.example/', 'LIVE')).not.toBeNull();
  });
});

describe('a name', () => {
  test.each([
    ['one private address', ['10.0.0.1']],
    ['one private address among public ones', ['93.184.216.34', '169.254.169.254']],
    ['a private IPv6 address beside a public one', ['93.184.216.34', 'fd00::1']],
    ['loopback within IPv6', ['::ffff:127.0.0.1']],
  ])('with %s is refused', async (_, addresses) => {
    const sender = open({ lookup: resolverOf({ 'a.example': addresses }).lookup });
    const refused = { httpStatus: null, error: 'The URL leads into a private network.' };
    expect(await sender.send(request('http://a.example/'))).toMatchObject(refused);
    expect(await sender.send(request('https://a.example/', 'LIVE'))).toMatchObject(refused);
    // In LIVE a name may not lead to this machine, wherever the gateway is reached.
    const local = open({ loopbackInTest: true, lookup: resolverOf({ 'a.example': addresses }).lookup });
    expect(await local.send(request('https://a.example/', 'LIVE'))).toMatchObject(refused);
  });

  test('is looked up at each attempt, once: the socket goes to the address that was checked', async () => {
    const receiver = await openReceiver();
    const resolver = resolverOf({ 'a.example': ['127.0.0.1'] });
    const sender = open({ lookup: resolver.lookup, loopbackInTest: true });
    const url = `http://a.example:${receiver.port}/`;
    for (const count of [1, 2, 3]) {
      expect(await sender.send(request(url))).toMatchObject({ httpStatus: 200 });
      expect(resolver.asked()).toBe(count);
    }
  });

  test('that changes to a private address between two attempts is refused at the second', async () => {
    const receiver = await openReceiver();
    const hosts: Record<string, readonly string[]> = { 'a.example': ['127.0.0.1'] };
    const sender = open({ lookup: (...given) => resolverOf(hosts).lookup(...given), loopbackInTest: true });
    const url = `http://a.example:${receiver.port}/`;
    expect(await sender.send(request(url))).toMatchObject({ httpStatus: 200 });
    hosts['a.example'] = ['10.0.0.1'];
    expect(await sender.send(request(url))).toMatchObject({ error: 'The URL leads into a private network.' });
    expect(receiver.received).toHaveLength(1);
  });

  test('without an address is a failure with a sentence', async () => {
    const sender = open({ lookup: resolverOf({}).lookup });
    expect(await sender.send(request('http://nowhere.example/'))).toMatchObject({ error: 'Its name has no address.' });
  });
});
