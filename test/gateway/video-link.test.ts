import { describe, expect, test } from 'vitest';
import { createVideoLinks, linkLifetimeMs } from '../../src/credential/video-link.ts';

const id = '0123456789abcdef0123456789abcdef';

const other = 'f'.repeat(32);

const start = Date.UTC(2026, 0, 1, 12, 30);

const secret = new Uint8Array(32).fill(7);

/** Links of an installation, at an instant that the test sets. */
function openSigned(of: Uint8Array = secret) {
  const time = { now: start };
  const publicUrl = () => 'https://gate.example.com/video';
  return { time, links: createVideoLinks({ publicUrl, signing: { secret: of, now: () => time.now } }) };
}

/** The query of a URL, as the server reads it. */
function queryOf(url: string) {
  const { searchParams } = new URL(url);
  return { expires: searchParams.get('expires'), signature: searchParams.get('signature') };
}

describe('links to videos', () => {
  test('have the id and nothing else where they are not signed, under the path of PUBLIC_URL', () => {
    const links = createVideoLinks({ publicUrl: () => 'https://gate.example.com/video', signing: null });
    expect(links.expire).toBe(false);
    expect(links.videoUrl(id)).toBe(`https://gate.example.com/video/videos/${id}.mp4`);
    expect(links.posterUrl(id)).toBe(`https://gate.example.com/video/videos/${id}.jpg`);
    expect(links.check(id, { expires: null, signature: null })).toBe('valid');
  });

  test('are known to every node of the installation, and to no other', () => {
    const query = queryOf(openSigned().links.videoUrl(id));
    expect(openSigned().links.check(id, query)).toBe('valid');
    expect(openSigned(new Uint8Array(32).fill(8)).links.check(id, query)).toBe('wrong');
  });

  test('keep their path for ever; one signature opens the video and its poster', () => {
    const { links, time } = openSigned();
    const [video, poster] = [links.videoUrl(id), links.posterUrl(id)];
    expect(video.split('?')[0]).toBe(`https://gate.example.com/video/videos/${id}.mp4`);
    expect(video.replace('.mp4', '.jpg')).toBe(poster);
    time.now += linkLifetimeMs;
    expect(links.videoUrl(id)).not.toBe(video);
    expect(links.videoUrl(id).split('?')[0]).toBe(video.split('?')[0]);
  });

  test('are the same within an hour, and valid for 6 to 7 hours', () => {
    const { links, time } = openSigned();
    const url = links.videoUrl(id);
    time.now = start + 29 * 60_000;
    expect(links.videoUrl(id)).toBe(url);
    time.now = start + linkLifetimeMs;
    expect(links.check(id, queryOf(url))).toBe('valid');
    time.now = start + linkLifetimeMs + 30 * 60_000 - 1;
    expect(links.check(id, queryOf(url))).toBe('valid');
    time.now += 1;
    expect(links.check(id, queryOf(url))).toBe('expired');
  });

  test('open no other video, and cannot be made to last', () => {
    const { links } = openSigned();
    const { expires, signature } = queryOf(links.videoUrl(id));
    expect(links.check(other, { expires, signature })).toBe('wrong');
    expect(links.check(id, { expires: `${Number(expires) + 1}`, signature })).toBe('wrong');
    expect(links.check(id, { expires: `0${expires}`, signature })).toBe('wrong');
    expect(links.check(id, { expires, signature: `${signature}AA` })).toBe('wrong');
    expect(
      links.check(id, { expires, signature: signature?.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')) ?? null }),
    ).toBe('wrong');
  });

  test.each([
    [null, null],
    ['', ''],
    ['1800000000', null],
    ['1e9', 'A'.repeat(43)],
    ['-1', 'A'.repeat(43)],
    ['9'.repeat(16), 'A'.repeat(43)],
    ['1800000000', '€'.repeat(43)],
    ['1800000000', 'A'.repeat(100_000)],
  ])('refuse expires=%s and signature=%s', (expires, signature) => {
    expect(openSigned().links.check(id, { expires, signature })).toBe('wrong');
  });
});
