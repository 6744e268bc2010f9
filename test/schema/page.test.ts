import { describe, expect, it, test } from 'vitest';
import { readJobFilter } from '../../schema/job-filter.ts';
import { cursors } from '../../schema/page.ts';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { sampleJob } from '../domain/sample.ts';
import { codesOf, opaque, run, sliceOf, uuidOf } from './world.ts';

const newestFirst = [5, 4, 3, 2, 1];

const jobs = newestFirst.map((number) => sampleJob({ id: uuidOf(number) }));

const cursorOf = (number: number) => opaque(`jobs:${uuidOf(number)}`);

const gateway: Partial<Gateway> = {
  jobs: async (_viewer, _filter, page) => sliceOf(jobs, (job) => job.id, page),
};

const jobsQuery = `query ($first: Int, $after: String, $last: Int, $before: String) {
  jobs(first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { id } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

type Args = {
  readonly first?: number | null;
  readonly after?: string;
  readonly last?: number | null;
  readonly before?: string;
};

/** The numbers of the jobs on a page, and whether there are more before and after it. */
async function pageOf(variables: Args) {
  const { data, errors } = await run(jobsQuery, { gateway, variables });
  expect(errors).toBeUndefined();
  const page = data?.['jobs'];
  expect(page).toMatchObject({ nodes: expect.any(Array) });
  // The query selects exactly this; the schema gives the type.
  const { edges, pageInfo } = page as {
    edges: { cursor: string; node: { id: string } }[];
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  };
  expect(pageInfo).toMatchObject({
    startCursor: edges[0]?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  });
  const numbers = edges.map(({ node }) => newestFirst.find((number) => opaque(`Job:${uuidOf(number)}`) === node.id));
  return { numbers, previous: pageInfo.hasPreviousPage, next: pageInfo.hasNextPage };
}

describe('a page of jobs', () => {
  const pages: readonly (readonly [args: Args, numbers: readonly number[], previous: boolean, next: boolean])[] = [
    [{}, [5, 4, 3, 2, 1], false, false],
    [{ first: 2 }, [5, 4], false, true],
    [{ first: 2, after: cursorOf(4) }, [3, 2], true, true],
    [{ first: 100, after: cursorOf(3) }, [2, 1], true, false],
    [{ last: 2 }, [2, 1], true, false],
    [{ last: 2, before: cursorOf(2) }, [4, 3], true, true],
    [{ last: 9, before: cursorOf(4) }, [5], false, true],
    [{ first: 1, before: cursorOf(3) }, [5], false, true],
    [{ last: 1, after: cursorOf(3) }, [1], true, false],
    [{ first: 9, after: cursorOf(5), before: cursorOf(2) }, [4, 3], true, true],
    [{ first: 0 }, [], false, true],
    [{ first: 0, after: cursorOf(1) }, [], true, false],
    [{ last: 0 }, [], true, false],
    [{ first: null, last: null }, [5, 4, 3, 2, 1], false, false],
    [{ first: null, last: 1 }, [1], true, false],
  ];

  it.each(pages)('with the arguments %j holds %j', async (args, numbers, previous, next) => {
    expect(await pageOf(args)).toEqual({ numbers, previous, next });
  });

  it('has 20 jobs by default', async () => {
    const limits: number[] = [];
    const counting: Partial<Gateway> = {
      ...gateway,
      jobs: async (_viewer, _filter, page) => {
        limits.push(page.count.limit);
        return sliceOf(jobs, (job) => job.id, page);
      },
    };
    await run('{ a: jobs { nodes { id } } b: jobs(first: null) { nodes { id } } }', { gateway: counting });
    expect(limits).toEqual([20, 20]);
  });

  it('counts the whole list only if totalCount is selected', async () => {
    const filters: unknown[] = [];
    const counting: Partial<Gateway> = {
      ...gateway,
      jobCount: async (_viewer, filter) => {
        filters.push(filter);
        return 5;
      },
    };
    await run('{ jobs { nodes { id } } }', { gateway: counting });
    expect(filters).toEqual([]);
    const source = '{ jobs(first: 1, filter: { status: [FAILED, QUEUED], externalId: "x" }) { totalCount } }';
    expect(await run(source, { gateway: counting })).toEqual({ data: { jobs: { totalCount: 5 } } });
    expect(filters).toMatchObject([{ status: ['FAILED', 'QUEUED'], externalId: 'x' }]);
  });

  it.each([
    ['{ jobs { totalCount } }'],
    ['{ jobs(filter: null) { totalCount } }'],
    ['{ jobs(filter: {}) { totalCount } }'],
    ['{ jobs(filter: { status: null, externalId: null }) { totalCount } }'],
  ])('%s covers all jobs', async (source) => {
    const all = readJobFilter(null);
    const result = await run(source, {
      gateway: {
        ...gateway,
        jobCount: async (_viewer, filter) => (JSON.stringify(filter) === JSON.stringify(all) ? 5 : 0),
      },
    });
    expect(result).toEqual({ data: { jobs: { totalCount: 5 } } });
  });
});

describe('paging arguments', () => {
  const wrong: readonly Args[] = [
    { first: -1 },
    { first: 101 },
    { last: -1 },
    { last: 101 },
    { first: 1, last: 1 },
    { first: 0, last: 0 },
    { after: '' },
    { after: 'x' },
    { before: opaque('jobs:') },
    { after: opaque('jobs:1') },
    { after: opaque('events:1') },
    { after: opaque(`Job:${uuidOf(1)}`) },
    { before: `${cursorOf(1)}=` },
    { after: cursorOf(1), before: 'YXJyYXljb25uZWN0aW9uOjE=' },
  ];

  it.each(wrong)('%j is refused', async (variables) => {
    expect(codesOf(await run(jobsQuery, { gateway, variables }))).toEqual(['BAD_USER_INPUT']);
  });
});

describe('a cursor, after the database was restored', () => {
  const restored = (incarnation: string): Partial<Gateway> => ({ ...gateway, incarnation });

  const within = opaque(`jobs@aaaaaaaaaaaaaaaa:${uuidOf(4)}`);

  const pageAfter = (after: string, of: Partial<Gateway>) =>
    run(jobsQuery, { gateway: of, variables: { first: 1, after } });

  it('names the incarnation in which it was made, and continues there', async () => {
    const { data } = await run(jobsQuery, { gateway: restored('aaaaaaaaaaaaaaaa'), variables: { first: 2 } });
    expect(data).toMatchObject({ jobs: { pageInfo: { endCursor: within } } });
    const next = await pageAfter(within, restored('aaaaaaaaaaaaaaaa'));
    expect(next).toMatchObject({
      data: { jobs: { edges: [{ cursor: opaque(`jobs@aaaaaaaaaaaaaaaa:${uuidOf(3)}`) }] } },
    });
  });

  it.each([
    ['of the first incarnation', cursorOf(4), restored('aaaaaaaaaaaaaaaa')],
    ['of another incarnation', within, restored('bbbbbbbbbbbbbbbb')],
    ['of a later incarnation', within, gateway],
  ])('%s is refused with what to do', async (_name, cursor, of) => {
    const result = await pageAfter(cursor, of);
    expect(codesOf(result)).toEqual(['BAD_USER_INPUT']);
    expect(result.errors?.[0]?.message).toBe(
      'after is a cursor from before the database was restored: read the list again from its start.',
    );
  });

  it('of another list, or of none, is still called that', async () => {
    for (const cursor of [opaque('events@aaaaaaaaaaaaaaaa:1'), opaque(`myjobs:${uuidOf(1)}`), 'x']) {
      const result = await pageAfter(cursor, restored('aaaaaaaaaaaaaaaa'));
      expect(result.errors?.[0]?.message).toBe('after is not a cursor of this list.');
    }
  });
});

test.each(Object.entries(cursors))('the cursors of the list %s belong to one incarnation', (list, of) => {
  const key = list === 'events' || list === 'ledger' ? 3 : uuidOf(3);
  const write = of({ incarnation: 'aaaaaaaaaaaaaaaa' }).write as (key: string | number) => string;
  expect(write(key)).toBe(opaque(`${list}@aaaaaaaaaaaaaaaa:${key}`));
  expect(of({ incarnation: 'aaaaaaaaaaaaaaaa' }).read(write(key))).toBe(key);
  expect(of({ incarnation: 'bbbbbbbbbbbbbbbb' }).read(write(key))).toBeNull();
  expect(of({}).read(write(key))).toBeNull();
  expect(of({}).isOfOther(write(key))).toBe(true);
});
