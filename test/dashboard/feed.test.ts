import { afterEach, expect, it, vi } from 'vitest';
import { createFeed } from '../../dashboard/src/feed.ts';

afterEach(() => void vi.unstubAllGlobals());

it('a listener that throws is reported, and the others and whoever publishes go on', () => {
  const reported: unknown[] = [];
  vi.stubGlobal('reportError', (error: unknown) => reported.push(error));
  const feed = createFeed();
  const heard: string[] = [];
  const failure = new TypeError('Illegal constructor');
  feed.listen(() => {
    throw failure;
  });
  feed.listen(({ kind }) => void heard.push(kind));
  feed.publish({ kind: 'live' });
  feed.publish({ kind: 'reset' });
  expect(heard).toEqual(['live', 'reset']);
  expect(reported).toEqual([failure, failure]);
});
