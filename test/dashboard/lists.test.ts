import type { Client } from '@urql/core';
import { expect, it } from 'vitest';
import { createFeed } from '../../dashboard/src/feed.ts';
import { anyJob, createJobLists } from '../../dashboard/src/jobs.ts';

/** A client that serves what is in `nodes` at each query. */
function openClient(nodes: { readonly id: string; readonly status: string }[]) {
  const pageInfo = { hasNextPage: false, endCursor: null };
  let queries = 0;
  const query = () => {
    queries += 1;
    return {
      toPromise: () => Promise.resolve({ data: { jobs: { totalCount: nodes.length, nodes: [...nodes], pageInfo } } }),
    };
  };
  // The lists use nothing else of it.
  return { client: { query } as unknown as Client, queries: () => queries };
}

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

it('a list that was loaded before the feed was connected is loaded once more, because a job may have ended in between', async () => {
  const nodes = [{ id: '1', version: 1, status: 'QUEUED', createdAt: '2026-01-01T00:00:00.000Z' }];
  const { client, queries } = openClient(nodes);
  const feed = createFeed();
  const list = createJobLists(client, feed).listOf(anyJob, 20);
  list.start();
  await turn();
  expect(list.read().jobs).toMatchObject([{ status: 'QUEUED' }]);
  nodes.splice(0, 1, { ...nodes[0], id: '1', version: 2, status: 'COMPLETED', createdAt: '2026-01-01T00:00:00.000Z' });
  feed.publish({ kind: 'live' });
  await turn();
  expect(list.read().jobs).toMatchObject([{ status: 'COMPLETED' }]);
  // The feed itself resumes after a later break.
  feed.publish({ kind: 'live' });
  await turn();
  expect(queries()).toBe(2);
});
