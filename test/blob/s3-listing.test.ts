import { expect, it } from 'vitest';
import { readListing } from '../../src/adapter/blob/s3-listing.ts';

it('reads names, times and the token of the next page, with the entities of XML', () => {
  const entry = (key: string, at: string) => `<Contents><Key>${key}</Key><LastModified>${at}</LastModified></Contents>`;
  const xml = `<?xml version="1.0"?><ListBucketResult><IsTruncated>true</IsTruncated>${entry('a&amp;b/x.mp4', '2026-01-02T03:04:05.000Z')}
${entry('&#x41;&#66;/y.jpg', 'nonsense')}<NextContinuationToken>1/a&lt;b==</NextContinuationToken></ListBucketResult>`;
  const { entries, next } = readListing(xml);
  expect(entries[0]).toEqual({ key: 'a&b/x.mp4', changedAt: Date.UTC(2026, 0, 2, 3, 4, 5) });
  // An unknown time is no reason to remove a file.
  expect(entries[1]?.key).toBe('AB/y.jpg');
  expect(entries[1]?.changedAt).toBeGreaterThan(Date.now() - 60_000);
  expect(next).toBe('1/a<b==');
});

it('the last page has no next one', () => {
  expect(readListing('<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>')).toEqual({
    entries: [],
    next: null,
  });
});
