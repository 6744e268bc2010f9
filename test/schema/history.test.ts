import { describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { sampleJob } from '../domain/sample.ts';
import { codesOf, opaque, run, sampleAccount, sampleEntry, sampleEvent, sliceOf, uuidOf } from './world.ts';

const job = sampleJob({ id: uuidOf(1) });

const events = [1, 2, 3].map((version) => sampleEvent({ version, feed: version + 10 }));

const entries = [5, 4, 3, 2, 1].map((number) => sampleEntry({ id: uuidOf(number), number }));

const gateway: Partial<Gateway> = {
  job: async () => job,
  events: async (_job, page) => sliceOf(events, (event) => event.version, page),
  ownAccount: async () => sampleAccount(),
  ledger: async (_account, page) => sliceOf(entries, (entry) => entry.number, page),
};

/** The two lists with a default of 50, each as a query with given arguments. */
const lists: readonly (readonly [list: string, queryOf: (args: string) => string])[] = [
  ['events', (args) => `{ job(id: "x") { events${args} { edges { cursor } } } }`],
  ['ledger', (args) => `{ viewer { account { ledger${args} { edges { cursor } } } } }`],
];

describe('a list inside a job or an account', () => {
  it.each(lists)('has the same bounds as every list: %s', async (list, queryOf) => {
    for (const args of ['(first: -1)', '(first: 101)', '(after: "")', `(after: "${opaque(`jobs:${uuidOf(1)}`)}")`]) {
      expect(codesOf(await run(queryOf(args), { gateway })), args).toEqual(['BAD_USER_INPUT']);
    }
    for (const number of ['-1', '01', '1.5', '1e1', ' 1', '', '9007199254740993']) {
      const cursor = opaque(`${list}:${number}`);
      expect(codesOf(await run(queryOf(`(after: "${cursor}")`), { gateway })), number).toEqual(['BAD_USER_INPUT']);
    }
  });

  it('has 50 members by default', async () => {
    const limits: number[] = [];
    const counting: Partial<Gateway> = {
      ...gateway,
      events: async (_job, page) => {
        limits.push(page.count.limit);
        return { items: [], hasNext: false, hasPrevious: false };
      },
      ledger: async (_account, page) => {
        limits.push(page.count.limit);
        return { items: [], hasNext: false, hasPrevious: false };
      },
    };
    for (const args of ['', '(first: null)', '(first: 7)']) {
      for (const [, queryOf] of lists) await run(queryOf(args), { gateway: counting });
    }
    expect(limits).toEqual([50, 50, 50, 50, 7, 7]);
  });
});

describe('the history of a job', () => {
  it('continues after a cursor, oldest first, and has its job without reading it again', async () => {
    let reads = 0;
    const counting: Partial<Gateway> = {
      ...gateway,
      job: async () => {
        reads += 1;
        return job;
      },
    };
    const source = `query ($after: String) { job(id: "x") { events(first: 1, after: $after) {
      edges { cursor node { version job { id } } } pageInfo { hasNextPage hasPreviousPage }
    } } }`;
    const { data } = await run(source, { gateway: counting, variables: { after: opaque('events:1') } });
    expect(data).toEqual({
      job: {
        events: {
          edges: [{ cursor: opaque('events:2'), node: { version: 2, job: { id: opaque(`Job:${uuidOf(1)}`) } } }],
          pageInfo: { hasNextPage: true, hasPreviousPage: true },
        },
      },
    });
    expect(reads).toBe(1);
  });
});

describe('the ledger of an account', () => {
  it('continues after a cursor, newest first', async () => {
    const source = `query ($after: String) { viewer { account { ledger(first: 2, after: $after) {
      edges { cursor node { id } } pageInfo { hasNextPage }
    } } } }`;
    const { data } = await run(source, { gateway, variables: { after: opaque('ledger:4') } });
    const edge = (number: number) => ({
      cursor: opaque(`ledger:${number}`),
      node: { id: opaque(`LedgerEntry:${uuidOf(number)}`) },
    });
    expect(data).toEqual({
      viewer: { account: { ledger: { edges: [edge(3), edge(2)], pageInfo: { hasNextPage: true } } } },
    });
  });
});
