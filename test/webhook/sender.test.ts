import { describe, expect, test } from 'vitest';
import { createSystemClock } from '../../src/adapter/clock/system.ts';
import type { WebhookSenderOptions } from '../../src/adapter/webhook/sender.ts';
import { open, request } from './sender-world.ts';
import { openReceiver } from './world.ts';

describe('a request', () => {
  const local = (options: Partial<WebhookSenderOptions> = {}) => open({ loopbackInTest: true, ...options });

  test('is a POST of the body with the signed headers, and carries no cookie, key or referrer', async () => {
    const receiver = await openReceiver(
      (_, response) => void response.setHeader('set-cookie', 'a=b').writeHead(201).end(),
    );
    const sender = local();
    for (let count = 0; count < 2; count += 1)
      expect(await sender.send(request(receiver.url))).toMatchObject({ httpStatus: 201, error: null, response: null });
    expect(receiver.received[1]).toMatchObject({ body: '{"a":1}', path: '/hook' });
    expect(Object.keys(receiver.received[1]?.headers ?? {}).sort()).toEqual(
      ['accept-encoding', 'connection', 'content-length', 'content-type', 'host', 'user-agent', 'webhook-id'].sort(),
    );
    expect(receiver.received[1]?.headers['user-agent']).toBe('reelgate/1.2.3 (webhooks)');
  });

  test.each([301, 302, 303, 307, 308])('does not follow a %i', async (status) => {
    const receiver = await openReceiver((_, response) => void response.writeHead(status, { location: '/other' }).end());
    expect(await local().send(request(receiver.url))).toMatchObject({
      httpStatus: status,
      error: `It answered ${status}: redirects are not followed.`,
    });
    expect(receiver.received).toHaveLength(1);
  });

  test('reads 4 KiB of an endless answer and keeps 2 KiB, as text', async () => {
    let written = 0;
    const receiver = await openReceiver((_, response) => {
      response.writeHead(500);
      const more = () => {
        while (!response.destroyed && written < 1e9 && response.write('é\0'.repeat(1000))) written += 3000;
      };
      response.on('drain', more);
      more();
    });
    const ended = await local().send(request(receiver.url));
    expect(ended).toMatchObject({ httpStatus: 500, error: 'It answered 500.' });
    expect(ended?.response).toMatch(/^(é\uFFFD)+é?$/);
    expect(Buffer.byteLength(ended?.response ?? '')).toBeGreaterThan(2000);
    await expect.poll(() => receiver.open().now).toBe(0);
  });

  test('that is not answered ends after its time; one whose answer stalls after a 200 has succeeded', async () => {
    const silent = await openReceiver(() => undefined);
    const sender = local({ totalMs: 300 });
    expect(await sender.send(request(silent.url))).toMatchObject({ error: 'It did not answer within 0.3 s.' });
    const stalling = await openReceiver((_, response) => void response.writeHead(200).write('half'));
    expect(await local({ totalMs: 2000 }).send(request(stalling.url))).toMatchObject({
      httpStatus: 200,
      error: null,
      response: 'half',
    });
  });

  test('has 15 s', async () => {
    const silent = await openReceiver(() => undefined);
    const system = createSystemClock();
    const waits: number[] = [];
    const after: typeof system.after = (ms, callback) => {
      waits.push(ms);
      return system.after(ms / 100, callback);
    };
    const ended = await local({ clock: { ...system, after } }).send(request(silent.url));
    expect(waits).toEqual([15_000]);
    expect(ended).toMatchObject({ httpStatus: null, error: 'It did not answer within 15 s.' });
  });

  test.each([
    [4095, false],
    [4096, true],
  ])('does not wait for more of an answer that stalls after %i bytes: %s', async (bytes, isEnough) => {
    const stalling = await openReceiver((_, response) => void response.writeHead(200).write('x'.repeat(bytes)));
    const system = createSystemClock();
    let isLate = false;
    const after: typeof system.after = (_, callback) =>
      system.after(isEnough ? 60_000 : 500, () => {
        isLate = true;
        callback();
      });
    const ended = await local({ totalMs: 60_000, clock: { ...system, after } }).send(request(stalling.url));
    expect(ended).toMatchObject({ httpStatus: 200, response: 'x'.repeat(2048) });
    expect(isLate).toBe(!isEnough);
    await expect.poll(() => stalling.open().now).toBe(0);
  });

  test('that is cut, refused, or answered with something else is a failure with a sentence', async () => {
    const cut = await openReceiver((_, response) => void response.destroy());
    expect(await local().send(request(cut.url))).toMatchObject({ error: 'It closed the connection.' });
    const { port } = await openReceiver();
    expect(await local().send(request(`https://127.0.0.1:${port}/`))).toMatchObject({ httpStatus: null });
    expect((await local().send(request('http://127.0.0.1:9/')))?.error).toMatch(
      /refused the connection|port of another/,
    );
  });

  test('brings back how long a refusal asks to wait', async () => {
    const receiver = await openReceiver((_, response) => void response.writeHead(429, { 'retry-after': '7' }).end());
    expect(await local().send(request(receiver.url))).toMatchObject({ httpStatus: 429, retryAfterMs: 7000 });
  });

  test('ends also while its name is looked up: after its time, and when the gateway stops', async () => {
    const lookup = () => undefined;
    expect(await local({ lookup, totalMs: 300 }).send(request('http://a.example/'))).toMatchObject({
      httpStatus: null,
      error: 'It did not answer within 0.3 s.',
    });
    const sender = local({ lookup, totalMs: 60_000 });
    const sending = sender.send(request('http://a.example/'));
    await sender.close();
    const late = new Promise((resolve) => void setTimeout(resolve, 10_000, 'late'));
    expect(await Promise.race([sending, late])).toBeNull();
  });

  test('that is under way ends when the gateway stops, and is no attempt', async () => {
    const silent = await openReceiver(() => undefined);
    const sender = local();
    const sending = sender.send(request(silent.url));
    await expect.poll(() => silent.received.length).toBe(1);
    await sender.close();
    expect(await sending).toBeNull();
  });
});
