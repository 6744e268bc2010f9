import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSandboxSource } from '../../src/adapter/media/sandbox-source.ts';
import { bytesOf } from '../blob/world.ts';
import { errorOf, get, openSource, readAll, resolverOf, serve } from './world.ts';

const video = Buffer.concat([Buffer.from('\0\0\0\x20ftypisom'), randomBytes(300_000)]);

describe('a video', () => {
  it('comes with the facts of its head, and without keys, cookies or referrer', async () => {
    let headers = {};
    const { url } = await serve((request, response) => {
      headers = request.headers;
      response.writeHead(200, { 'content-type': 'video/mp4', 'accept-ranges': 'bytes', etag: '"x"' }).end(video);
    });
    const { body, ...head } = await openSource().open(`${url}/v.mp4?token=secret#t=5`, get());
    expect(head).toMatchObject({
      status: 200,
      contentType: 'video/mp4',
      acceptsRanges: true,
      etag: '"x"',
      contentRange: null,
    });
    if (body !== null) expect((await bytesOf(body)).equals(video)).toBe(true);
    expect(Object.keys(headers).sort()).toEqual(['accept-encoding', 'connection', 'host', 'user-agent']);
    expect(headers).toMatchObject({ 'accept-encoding': 'identity' });
  });

  it('comes in ranges, and HEAD brings no body', async () => {
    const { url } = await serve((request, response) => {
      const part = video.subarray(100, 200);
      if (request.method === 'HEAD') response.writeHead(200, { 'content-length': video.length }).end();
      else
        response
          .writeHead(206, { 'content-range': `bytes 100-199/${video.length}`, 'x-range': request.headers.range })
          .end(part);
    });
    const source = openSource();
    const { body, ...head } = await source.open(url, get({ range: 'bytes=100-199' }));
    expect(head).toMatchObject({ status: 206, contentRange: `bytes 100-199/${video.length}` });
    if (body !== null) expect((await bytesOf(body)).equals(video.subarray(100, 200))).toBe(true);
    expect(await source.open(url, get({ method: 'HEAD' }))).toMatchObject({
      status: 200,
      contentLength: video.length,
      body: null,
    });
  });

  it.each([404, 410, 416, 403, 500])('that the provider answers with %d has a head and no body', async (status) => {
    const { url } = await serve(
      (_, response) => void response.writeHead(status, { 'content-type': 'text/html' }).end('<p>no'),
    );
    expect(await openSource().open(url, get())).toMatchObject({ status, body: null });
  });
});

describe('a redirect', () => {
  it('is followed, five times at most, relative or not, without the referrer', async () => {
    const seen: (string | undefined)[] = [];
    const { url } = await serve((request, response) => {
      seen.push(request.headers.referer ?? request.headers.cookie);
      const step = Number(request.url?.slice(1));
      if (step === 0) response.end(video);
      else response.writeHead(302, { location: `/${step - 1}`, 'set-cookie': 'a=b' }).end('moved');
    });
    expect((await readAll(`${url}/5`)).equals(video)).toBe(true);
    expect(seen).toEqual([undefined, undefined, undefined, undefined, undefined, undefined]);
    expect(await errorOf(readAll(`${url}/6`))).toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('more than 5'),
    });
  });

  it.each([
    'http://10.0.0.1/v.mp4',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://0/v.mp4',
    'http://user:password@example.com/v.mp4',
    'file:///etc/passwd',
    'ftp://example.com/v.mp4',
    'data:video/mp4;base64,AAAA',
    'http://private.test/v.mp4',
  ])('to %s is not followed', async (location) => {
    const { url } = await serve((_, response) => void response.writeHead(307, { location }).end());
    const { lookup } = resolverOf({ 'private.test': ['192.168.0.7'] });
    expect((await errorOf(readAll(url, openSource({ lookup })))).kind).toBe('forbidden');
  });

  it('from a public host to this machine is not followed', async () => {
    // The first hop is on the trusted origin, which stands for a public host; the second is the same server by another name.
    const { url, port } = await serve(
      (_, response) => void response.writeHead(302, { location: `http://here.test:${port}/` }).end(),
    );
    const { lookup } = resolverOf({ 'here.test': ['127.0.0.1'] });
    const source = openSource({ scope: 'public', trustedOrigin: url, lookup });
    expect((await errorOf(readAll(url, source))).kind).toBe('forbidden');
  });
});

describe('an address', () => {
  it.each([
    'http://127.0.0.1:1/',
    'http://2130706433:1/',
    'http://0x7f.1:1/',
    'http://[::1]:1/',
    'http://localhost:1/',
    'http://017700000001:1/',
  ])('%s is not read unless the provider is on this machine', async (url) => {
    expect((await errorOf(readAll(url, openSource({ scope: 'public' })))).kind).toBe('forbidden');
    expect((await errorOf(readAll(url))).kind).toBe('unreachable');
  });

  it('is looked up once for a connection, which goes to the address that was checked', async () => {
    const { port } = await serve((_, response) => void response.end(video));
    let answers = ['127.0.0.1'];
    const { lookup, asked } = resolverOf({
      get 'rebinding.test'() {
        const now = answers;
        answers = ['10.0.0.1'];
        return now;
      },
    });
    expect((await readAll(`http://rebinding.test:${port}/v.mp4`, openSource({ lookup }))).equals(video)).toBe(true);
    expect(asked()).toBe(1);
  });

  it('is chosen among those of a host that are allowed', async () => {
    const { port } = await serve((_, response) => void response.end(video));
    const { lookup } = resolverOf({ 'mixed.test': ['10.0.0.1', '127.0.0.1', 'fd00::1'] });
    expect((await readAll(`http://mixed.test:${port}/v.mp4`, openSource({ lookup }))).equals(video)).toBe(true);
  });

  it('that a host does not have is an error of the moment, and no message shows path or query', async () => {
    const { lookup } = resolverOf({});
    const error = await errorOf(readAll('https://nowhere.test/secret-path?token=secret', openSource({ lookup })));
    expect(error.kind).toBe('unreachable');
    expect(error.message).not.toContain('secret');
  });

  it.each([
    '',
    'video.mp4',
    '//example.com/v.mp4',
    'https://user@example.com/v.mp4',
    'blob:https://example.com/x',
    'javascript:alert(1)',
  ])('is no http(s) URL without a user: %j', async (url) => {
    expect((await errorOf(readAll(url))).kind).toBe('forbidden');
  });

  it('of the sandbox is read at the gateway’s own port, whatever public URL the job has', async () => {
    const paths: (string | undefined)[] = [];
    const { url } = await serve((request, response) => {
      paths.push(request.url);
      response.end(video);
    });
    const source = createSandboxSource(openSource({ scope: 'public', trustedOrigin: url }), `${url}/sandbox`);
    expect((await readAll('https://gateway.example/base/sandbox/videos/square-1-1.mp4', source)).equals(video)).toBe(
      true,
    );
    expect(paths).toEqual(['/sandbox/videos/square-1-1.mp4']);
    for (const other of ['https://gateway.example/sandbox/videos/../../graphql', 'https://elsewhere.example/v.mp4'])
      expect((await errorOf(readAll(other, source))).kind).toBe('forbidden');
  });
});
