import { describe, expect, it } from 'vitest';
import { instantText } from '../../dashboard/src/time.ts';
import {
  brokenText,
  downloadUrlOf,
  fileText,
  goneText,
  keptText,
  linkExpiryOf,
  linkReadInMs,
} from '../../dashboard/src/video.ts';

const videoUrl = 'https://gate.example.com/videos/0f.mp4';
const job = { videoUrl, deletedAt: null };
const now = Date.parse('2026-06-01T12:00:00.000Z');
const later = '2026-06-08T12:00:00.000Z';

type Storage = 'PROVIDER' | 'STORED' | 'GONE';

const held = (storage: Storage, expiresAt: string | null = null, url = videoUrl) => ({ url, storage, expiresAt });

describe('how long a video is kept', () => {
  it.each([
    [held('STORED'), 'Kept for as long as this installation exists'],
    [held('STORED', later), `Kept until ${instantText(later)}`],
    [held('PROVIDER', later), 'Still at the provider; the gateway is copying it'],
    [held('PROVIDER', later, 'https://cdn.example.com/a.mp4'), 'The provider deletes it in 7 days'],
    [held('PROVIDER', null, 'https://cdn.example.com/a.mp4'), 'At the provider, which doesn’t say for how long'],
    [held('PROVIDER', '2026-06-01T11:00:00.000Z', 'https://cdn.example.com/a.mp4'), 'Deleted at the provider'],
    [held('GONE', later), `Gone since ${instantText(later)}`],
    [held('GONE'), 'No longer kept'],
  ] as const)('is said in words: %j', (video, text) => {
    expect(keptText(video, job, now)).toBe(text);
  });

  it('is no matter of the signature, which changes every hour', () => {
    const signed = held('PROVIDER', later, `${videoUrl}?expires=1&signature=a`);
    expect(keptText(signed, { ...job, videoUrl: `${videoUrl}?expires=2&signature=b` }, now)).toContain('copying');
  });

  it('tells a deletion from the other ends of a video', () => {
    expect(goneText(job)).toContain('time on this gateway is over');
    expect(goneText({ deletedAt: later })).toContain('deleted together with the job’s prompt');
  });
});

describe('a link to a video', () => {
  it('becomes a download, and keeps its signature', () => {
    expect(downloadUrlOf(videoUrl)).toBe(`${videoUrl}?download`);
    expect(downloadUrlOf(`${videoUrl}?expires=1&signature=a`)).toBe(`${videoUrl}?expires=1&signature=a&download`);
  });

  it('expires only if it is signed', () => {
    expect(linkExpiryOf(videoUrl)).toBe(null);
    expect(linkExpiryOf(`${videoUrl}?expires=1800000000&signature=a`)).toBe(1_800_000_000_000);
  });

  it('is read again shortly before it expires, and not in a loop where the clock is wrong', () => {
    const signed = `${videoUrl}?expires=${now / 1000 + 3600}&signature=a`;
    expect(linkReadInMs(videoUrl, { now, reads: 0 })).toBe(null);
    expect(linkReadInMs(signed, { now, reads: 0 })).toBe(55 * 60_000);
    expect(linkReadInMs(signed, { now: now + 7_200_000, reads: 0 })).toBe(0);
    expect(linkReadInMs(signed, { now: now + 7_200_000, reads: 1 })).toBe(60_000);
  });
});

describe('why a video can’t be played', () => {
  const elsewhere = 'https://cdn.example.com/a.mp4';

  it.each([
    [held('STORED', null, `${videoUrl}?expires=1&signature=a`), 4, 'Its link has expired.'],
    [held('STORED'), 2, 'The connection broke while it was loading.'],
    [held('STORED'), 3, 'Your browser can’t read its file.'],
    [held('STORED'), 4, 'This gateway did not deliver its file.'],
    [held('PROVIDER', later, elsewhere), 4, 'The provider did not deliver its file.'],
    [held('PROVIDER', '2026-06-01T11:00:00.000Z', elsewhere), 4, 'The provider has deleted it.'],
  ] as const)('is said as far as it is known: %j, %i', (video, code, text) => {
    expect(brokenText(video, job, { code, now })).toBe(text);
  });
});

it('what is known of a file is listed, and nothing else', () => {
  const unknown = { width: null, height: null, durationSeconds: null, byteSize: null };
  expect(fileText({ width: 1280, height: 720, durationSeconds: 5.04, byteSize: 1_440_000 })).toBe(
    '1280 × 720, 5 s, 1.4 MB',
  );
  expect(fileText({ ...unknown, byteSize: 999 })).toBe('1 kB');
  expect(fileText(unknown)).toBe('');
});
