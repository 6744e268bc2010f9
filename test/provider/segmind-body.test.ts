import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseNestedJson } from '../../src/adapter/provider/segmind/json-text.ts';
import type { PollEvent } from '../../src/domain/job.ts';
import { type Behaviour, bytes } from './misbehaving-server.ts';
import { jobOf, openWorld, yes } from './segmind-world.ts';

const queued = Buffer.from('{"status":"QUEUED","output":"é"}');

const seen = { type: 'seen', status: 'QUEUED' };

/** `{"status":"QUEUED","message":"waiting waiting …"}`, as the zstd command line writes it. */
const zstd = Buffer.from(
  'KLUv/QRohQEAhAJ7InN0YXR1cyI6IlFVRVVFRCIsIm1lc3NhZ2UiOiJ3YWl0aW5nICJ9AQAup+4TBGlVcw==',
  'base64',
);

/** Three million spaces. */
const zstdBomb = Buffer.from(
  [
    'KLUv/QRoTAAACCABAPz/ORACAgAQIAIAECACABAgAgAQIAIAECACABAgAgAQIAIAECACABAgAgAQ',
    'IAIAECACABAgAgAQIAIAECACABAgAgAQIAIAECACABAgAgAQIAIAECACABAgAzYOIB1GFsg=',
  ].join(''),
  'base64',
);

/** A frame that asks for a window of 2 GiB. */
const zstdHuge = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00]);

const longText = Buffer.from(`{"status":"QUEUED","output":"${' '.repeat(2_000_000)}"}`);

function utf16(value: string): Buffer {
  return Buffer.from(`\ufeff${value}`, 'utf16le');
}

describe('a body', () => {
  it.each<[string, Buffer, Readonly<Record<string, string>>]>([
    ['gzip', gzipSync(queued), { 'content-encoding': 'gzip' }],
    ['x-gzip', gzipSync(queued), { 'content-encoding': ' X-GZIP ' }],
    ['deflate', deflateSync(queued), { 'content-encoding': 'deflate' }],
    ['deflate without its header', deflateRawSync(queued), { 'content-encoding': 'deflate' }],
    ['br', brotliCompressSync(queued), { 'content-encoding': 'br' }],
    ['zstd', zstd, { 'content-encoding': 'zstd' }],
    ['gzip and then br', brotliCompressSync(gzipSync(queued)), { 'content-encoding': 'gzip, br' }],
    ['gzip that no header names', gzipSync(queued), {}],
    ['zstd that no header names', zstd, {}],
    ['plain, with a gzip header', queued, { 'content-encoding': 'gzip' }],
    ['gzip whose last bytes are missing', gzipSync(queued).subarray(0, -8), { 'content-encoding': 'gzip' }],
    ['identity', queued, { 'content-encoding': 'identity' }],
    ['of an unknown encoding', queued, { 'content-encoding': 'none-such' }],
    ['UTF-8 with a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), queued]), {}],
    ['UTF-16, little-endian', utf16(queued.toString()), {}],
    ['UTF-16, big-endian', utf16(queued.toString()).swap16(), {}],
    ['in the charset of its header', Buffer.from(queued.toString(), 'latin1'), contentType('iso-8859-1')],
    ['in the quoted charset of its header', Buffer.from(queued.toString(), 'utf16le'), contentType('"utf-16le"')],
    ['in an unknown charset', queued, contentType('x-none')],
    ['guarded', Buffer.from(`)]}',\n${queued}`), {}],
    ['guarded by a loop', Buffer.from(`while(1);${queued}`), {}],
    ['a JSON text in a JSON text', Buffer.from(JSON.stringify(JSON.stringify(queued.toString()))), {}],
    ['with NaN and Infinity', Buffer.from('{"status":"QUEUED","a":NaN,"b":[-Infinity,Infinity]}'), {}],
  ])('may be %s', async (_, body, headers) => {
    expect(await eventOf(bytes(200, body, headers))).toEqual(seen);
  });

  it.each<[string, Buffer, Readonly<Record<string, string>>]>([
    ['truncated gzip', gzipSync(queued).subarray(0, 20), { 'content-encoding': 'gzip' }],
    ['empty gzip', Buffer.alloc(0), { 'content-encoding': 'gzip' }],
    ['longer than 1 MiB in gzip', gzipSync(longText), { 'content-encoding': 'gzip' }],
    ['longer than 1 MiB in br', brotliCompressSync(longText), { 'content-encoding': 'br' }],
    ['longer than 1 MiB in zstd', zstdBomb, { 'content-encoding': 'zstd' }],
    ['zstd that asks for gigabytes', zstdHuge, { 'content-encoding': 'zstd' }],
    ['encoded too often', queued, { 'content-encoding': 'gzip,gzip,gzip,gzip' }],
    ['not what its header says', Buffer.from([1, 2, 3]), { 'content-encoding': 'br' }],
  ])('is a fault if it is %s', async (_, body, headers) => {
    expect(await eventOf(bytes(200, body, headers))).toEqual({ type: 'fault' });
  });

  it('is read the same way for a submit', async () => {
    const body = gzipSync('{"request_id":"abc123","status":"QUEUED"}');
    const { segmind } = await openWorld(bytes(200, body, { 'content-encoding': 'gzip' }));
    expect(await segmind.submit(jobOf(), yes)).toMatchObject({ type: 'accepted', requestId: 'abc123' });
  });
});

describe('a JSON text', () => {
  it.each<[string, unknown]>([
    ['{"id":12345678901234567890}', { id: '12345678901234567890' }],
    [
      '[9007199254740991,9007199254740993,-9007199254740993]',
      [9_007_199_254_740_991, '9007199254740993', '-9007199254740993'],
    ],
    ['[0.12345678901234567890,1e30]', [0.123_456_789_012_345_68, 1e30]],
    ['{"a":"12345678901234567890 NaN \\" Infinity","b":NaN}', { a: '12345678901234567890 NaN " Infinity', b: null }],
    ['"{\\"id\\":12345678901234567890}"', { id: '12345678901234567890' }],
    ['"a sentence"', 'a sentence'],
    ['"[half"', '[half'],
    ['', undefined],
    ['{"a":NaNa}', undefined],
  ])('%s is read', (source, value) => {
    expect(parseNestedJson(source)).toEqual(value);
  });

  it('that is unterminated is scanned once', () => {
    const startedAt = performance.now();
    expect(parseNestedJson(`NaN${'"\\"'.repeat(300_000)}`)).toBeUndefined();
    expect(parseNestedJson(`NaN"${'\\"'.repeat(400_000)}\\`)).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});

function contentType(charset: string): Readonly<Record<string, string>> {
  return { 'content-type': `application/json; charset=${charset}` };
}

async function eventOf(behaviour: Behaviour): Promise<PollEvent> {
  const { segmind, running } = await openWorld(behaviour);
  return (await segmind.poll(running)).event;
}
