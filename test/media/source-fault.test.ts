import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as passed } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../blob/world.ts';
import { errorOf, get, openSource, readAll, serve } from './world.ts';

const video = Buffer.concat([Buffer.from('\0\0\0\x20ftypisom'), randomBytes(300_000)]);

describe('what is no video', () => {
  it.each([
    ['an HTML page', { 'content-type': 'text/html; charset=utf-8' }, 'anything'],
    ['an HTML page that is called a video', { 'content-type': 'video/mp4' }, '\n <!DOCTYPE html><p>Sign in'],
    ['a page with a byte order mark and no type', {}, '\uFEFF<html>'],
    ['a JSON message', { 'content-type': 'application/json' }, '{"error":"expired"}'],
    ['a JSON message that is called bytes', { 'content-type': 'application/octet-stream' }, '{"error":"expired"}'],
    ['an XML message', { 'content-type': 'application/xml' }, '<Error><Code>AccessDenied</Code></Error>'],
    ['a plain text', { 'content-type': 'text/plain' }, 'not found'],
    ['an empty body', { 'content-type': 'video/mp4' }, ''],
    ['an encoded body', { 'content-type': 'video/mp4', 'content-encoding': 'gzip' }, 'x'],
  ] as const)('%s is refused before anything is made of it', async (_, headers, text) => {
    const { url } = await serve((_request, response) => void response.writeHead(200, headers).end(text));
    const error = await errorOf(openSource().open(url, get()));
    expect(error).toMatchObject({ kind: 'notVideo', message: expect.stringMatching(/instead of a video\.$/) });
  });
});

describe('a body', () => {
  it('that ends before its length is a fault', async () => {
    const { url } = await serve((_, response) => {
      response
        .writeHead(200, { 'content-length': video.length })
        .write(video.subarray(0, 1000), () => void response.destroy());
    });
    expect(await errorOf(readAll(url))).toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('after 1000 bytes'),
    });
  });

  it('whose chunks are cut is a fault', async () => {
    const { url } = await serve(
      (_, response) => void response.write(video.subarray(0, 1000), () => void response.destroy()),
    );
    expect((await errorOf(readAll(url))).kind).toBe('unreachable');
  });

  it('that is said to be too large is not read', async () => {
    const { url } = await serve(
      (_, response) => void response.writeHead(200, { 'content-length': 1001 }).write(Buffer.alloc(10, 1)),
    );
    expect((await errorOf(openSource({ limits: { maxBytes: 1000 } }).open(url, get()))).kind).toBe('tooLong');
  });

  it('that grows too large is cut, and its socket closed', async () => {
    const server = await serve((_, response) => {
      response.on('error', () => undefined);
      const more = () => void (response.destroyed || response.write(Buffer.alloc(10_000, 1), more));
      more();
    });
    expect((await errorOf(readAll(server.url, openSource({ limits: { maxBytes: 1_000_000 } })))).kind).toBe('tooLong');
    await expect.poll(() => server.sockets.size).toBe(0);
  });

  it('that stays silent is cut', async () => {
    const { url } = await serve((_, response) => void response.write(Buffer.alloc(10, 1)));
    expect((await errorOf(readAll(url, openSource({ limits: { idleMs: 50 } })))).kind).toBe('unreachable');
  });

  it('that trickles is cut after the whole time', async () => {
    const { url } = await serve((_, response) => {
      const trickle = setInterval(() => void response.write('x'), 20);
      response.once('close', () => clearInterval(trickle));
    });
    expect((await errorOf(readAll(url, openSource({ limits: { totalMs: 200 } })))).kind).toBe('tooLong');
  });

  it('whose head never comes is cut', async () => {
    const { url } = await serve(() => undefined);
    expect((await errorOf(openSource({ limits: { idleMs: 50 } }).open(url, get()))).kind).toBe('unreachable');
  });

  it('is read no faster than its reader reads', async () => {
    let sent = 0;
    const { url } = await serve((_, response) => {
      response.on('error', () => undefined);
      const more = () => {
        while (!response.destroyed) {
          sent += 65_536;
          if (!response.write(Buffer.alloc(65_536, 1))) break;
        }
      };
      response.on('drain', more);
      more();
    });
    const { body } = await openSource().open(url, get());
    // Buffers on the way take some megabytes; then the server has to wait, however long the reader sleeps.
    let last = -1;
    while (sent !== last) {
      last = sent;
      await passed(300);
    }
    expect(sent).toBeLessThan(50_000_000);
    body?.destroy();
  });
});

describe('an abort', () => {
  it('ends a request whose head has not come, and closes its socket', async () => {
    const server = await serve(() => undefined);
    const abort = new AbortController();
    const reading = openSource().open(server.url, get({ signal: abort.signal }));
    await once(server.server, 'request');
    abort.abort();
    expect((await errorOf(reading)).kind).toBe('aborted');
    await expect.poll(() => server.sockets.size).toBe(0);
  });

  it('ends a body, and closes its socket', async () => {
    const server = await serve((_, response) => void response.write(Buffer.alloc(1000, 1)));
    const abort = new AbortController();
    const { body } = await openSource().open(server.url, get({ signal: abort.signal }));
    if (body === null) throw new Error('There is no body.');
    const reading = bytesOf(body);
    abort.abort();
    expect((await errorOf(reading)).kind).toBe('aborted');
    await expect.poll(() => server.sockets.size).toBe(0);
  });

  it('before the request sends nothing', async () => {
    let requests = 0;
    const { url } = await serve((_, response) => {
      requests += 1;
      response.end(video);
    });
    expect((await errorOf(openSource().open(url, get({ signal: AbortSignal.abort() })))).kind).toBe('aborted');
    expect(requests).toBe(0);
  });

  it('by destroying the body closes its socket, too', async () => {
    const server = await serve((_, response) => void response.write(Buffer.alloc(1000, 1)));
    const { body } = await openSource().open(server.url, get());
    body?.destroy();
    await expect.poll(() => server.sockets.size).toBe(0);
  });
});
