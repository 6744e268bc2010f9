import { describe, expect, test } from 'vitest';
import { createNames } from '../../src/adapter/webhook/names.ts';
import { openNameServer } from './name-server.ts';
import { open, request } from './sender-world.ts';

/** Looks a name of the Internet up. */
function lookupOf(nameServers: readonly string[]) {
  const lookup = createNames({ nameServers })('public');
  return (host: string) =>
    new Promise((resolve) => void lookup(host, { all: true }, (error, found) => resolve(error?.code ?? found)));
}

describe('a name of the Internet', () => {
  test('is asked of the servers of names: 100 whose servers are silent delay no other', async () => {
    const server = await openNameServer({ 'well.example': ['93.184.216.34', '93.184.216.35'] });
    const lookup = lookupOf([server.address]);
    const silent = Array.from({ length: 100 }, (_, count) => lookup(`slow-${count}.example`));
    await expect.poll(() => server.asked.length).toBe(200);
    expect(await lookup('well.example')).toEqual([
      { address: '93.184.216.34', family: 4 },
      { address: '93.184.216.35', family: 4 },
    ]);
    // Each ends, too.
    expect(new Set(await Promise.all(silent))).toEqual(new Set(['EAI_AGAIN']));
  });

  test('that does not exist, or has no address, is a failure that says so', async () => {
    const server = await openNameServer({ 'a.example': 'nowhere', 'b.example': [] });
    const lookup = lookupOf([server.address]);
    expect([await lookup('a.example'), await lookup('b.example')]).toEqual(['ENOTFOUND', 'ENOTFOUND']);
    const sender = open({ nameServers: [server.address] });
    expect(await sender.send(request('http://a.example/'))).toMatchObject({ error: 'Its name has no address.' });
  });

  test('is looked up once for all who wait for it, and again for those who come later', async () => {
    const server = await openNameServer({ 'a.example': ['93.184.216.34'] });
    const lookup = lookupOf([server.address]);
    await Promise.all([lookup('a.example'), lookup('a.example'), lookup('a.example')]);
    expect(server.asked.toSorted()).toEqual(['a.example A', 'a.example AAAA']);
    await lookup('a.example');
    expect(server.asked).toHaveLength(4);
  });

  test('with a private address is refused', async () => {
    const server = await openNameServer({ 'a.example': ['93.184.216.34', '10.0.0.1'] });
    const sender = open({ nameServers: [server.address] });
    const refused = { httpStatus: null, error: 'The URL leads into a private network.' };
    for (const [url, environment] of [
      ['http://a.example/', 'TEST'],
      ['https://a.example/', 'LIVE'],
    ] as const)
      expect(await sender.send(request(url, environment))).toMatchObject(refused);
    expect(server.asked).toHaveLength(4);
  });
});
