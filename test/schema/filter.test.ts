import { describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.ts';
import type { JobFilter } from '../../src/ports.ts';
import { sampleJob } from '../domain/sample.ts';
import { codesOf, opaque, run, uuidOf } from './world.ts';

const query = `query ($filter: JobFilter) {
  jobs(filter: $filter) { totalCount edges { cursor } pageInfo { hasNextPage startCursor endCursor } }
}`;

/** Runs the query and returns its result with the filters that the gateway received. */
async function listed(filter: Readonly<Record<string, unknown>>, endKey?: string) {
  const filters: JobFilter[] = [];
  const items = [sampleJob({ id: uuidOf(9) })];
  const gateway: Partial<Gateway> = {
    jobs: async (_viewer, given) => {
      filters.push(given);
      return { items, hasPrevious: false, hasNext: endKey !== undefined, ...(endKey !== undefined && { endKey }) };
    },
    jobCount: async (_viewer, given) => {
      filters.push(given);
      return 1;
    },
  };
  return { result: await run(query, { gateway, variables: { filter } }), filters };
}

describe('the filter of jobs', () => {
  it('reaches the list and its count, with instants as milliseconds and without codes that no job has', async () => {
    const { result, filters } = await listed({
      status: ['FAILED'],
      failureCode: ['NOT_CANCELABLE', 'DEADLINE_EXCEEDED'],
      createdAfter: '2026-11-01T00:00:00Z',
      createdBefore: '2026-12-01T00:00:00Z',
      search: '50%',
    });
    expect(result.errors).toBeUndefined();
    const expected = {
      status: ['FAILED'],
      externalId: null,
      failureCode: ['DEADLINE_EXCEEDED'],
      createdAfter: Date.UTC(2026, 10, 1),
      createdBefore: Date.UTC(2026, 11, 1),
      search: '50%',
    };
    expect(filters).toEqual([expected, expected]);
  });

  it.each([{ search: 'x'.repeat(256) }, { search: 'a\0b' }, { search: '\ud800' }, { externalId: 'a\0b' }])(
    'is refused if no database can compare its text: %j',
    async (filter) => {
      const { result, filters } = await listed(filter);
      expect(codesOf(result)).toEqual(['BAD_USER_INPUT']);
      expect(filters).toEqual([]);
    },
  );

  it('leaves the cursor behind the last job that was looked at', async () => {
    const { result } = await listed({ search: 'boat' }, uuidOf(3));
    expect(result.data?.['jobs']).toMatchObject({
      edges: [{ cursor: opaque(`jobs:${uuidOf(9)}`) }],
      pageInfo: {
        hasNextPage: true,
        startCursor: opaque(`jobs:${uuidOf(9)}`),
        endCursor: opaque(`jobs:${uuidOf(3)}`),
      },
    });
  });
});
