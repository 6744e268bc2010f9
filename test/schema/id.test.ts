import { describe, expect, it } from 'vitest';
import { notFound } from '../../src/domain/failure.ts';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { sampleJob } from '../domain/sample.ts';
import { codesOf, opaque, run, sampleAccount, sampleEntry, uuidOf, watch } from './world.ts';

const job = sampleJob({ id: uuidOf(1) });

const account = sampleAccount();

const entry = sampleEntry();

const idOfJob = opaque(`Job:${job.id}`);

/** Knows one job, one account and one entry; every other key is missing. */
const gateway: Partial<Gateway> = {
  job: async (_viewer, id) => (id === job.id ? job : null),
  account: async (_viewer, id) => (id === account.id ? account : null),
  ledgerEntry: async (_viewer, id) => (id === entry.id ? entry : null),
  cancelJob: async (_viewer, id) => (id === job.id ? job : notFound()),
  retryJob: async () => notFound(),
  watchJob: async () => notFound(),
};

const strangers: readonly (readonly [kind: string, id: string])[] = [
  ['an unknown job', opaque(`Job:${uuidOf(2)}`)],
  ['an unknown account', opaque(`CreditAccount:${uuidOf(2)}`)],
  ['nothing', ''],
  ['a bare UUID', job.id],
  ['a UUID without a type', opaque(job.id)],
  ['an unknown type', opaque(`User:${job.id}`)],
  ['a cursor of a list', opaque(`jobs:${job.id}`)],
  ['upper case', opaque(`Job:${job.id.toUpperCase().replace('01900000', '0190000A')}`)],
  ['padded base64', `${idOfJob}=`],
  ['white space', ` ${idOfJob}`],
  ['other base64 letters', Buffer.from(`Job:${job.id}>>>???`).toString('base64')],
  ['bytes that are no text', Buffer.from([0x4a, 0xff, 0xfe]).toString('base64url')],
  ['U+0000', opaque('Job:\0')],
  ['a very long text', opaque(`Job:${'a'.repeat(10_000)}`)],
];

describe('an id', () => {
  it('is the same in node, in job and on the object itself', async () => {
    const source = 'query ($id: ID!) { job(id: $id) { id } node(id: $id) { __typename id } }';
    const { data } = await run(source, { gateway, variables: { id: idOfJob } });
    expect(data).toEqual({ job: { id: idOfJob }, node: { __typename: 'Job', id: idOfJob } });
  });

  it('names accounts and ledger entries, too', async () => {
    const ids = [opaque(`LedgerEntry:${entry.id}`), opaque(`CreditAccount:${account.id}`)];
    const { data } = await run('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', {
      gateway,
      variables: { ids },
    });
    expect(data).toEqual({
      nodes: [
        { __typename: 'LedgerEntry', id: ids[0] },
        { __typename: 'CreditAccount', id: ids[1] },
      ],
    });
  });

  it('of another type finds no job', async () => {
    const id = opaque(`CreditAccount:${job.id}`);
    const { data } = await run('query ($id: ID!) { job(id: $id) { id } }', { gateway, variables: { id } });
    expect(data).toEqual({ job: null });
  });

  it.each(strangers)('that is %s gets the same response as a missing one', async (_kind, id) => {
    const source = 'query ($id: ID!) { job(id: $id) { id } node(id: $id) { id } nodes(ids: [$id]) { id } }';
    expect(await run(source, { gateway, variables: { id } })).toEqual({
      data: { job: null, node: null, nodes: [null] },
    });
    const change = `mutation ($id: ID!) {
      cancelJob(id: $id) { __typename ...on Failure { code message retryable } }
      retryJob(id: $id) { __typename ...on Failure { code message retryable } }
    }`;
    const { code, message } = notFound();
    const missing = { __typename: 'NotFoundError', code, message, retryable: false };
    expect(await run(change, { gateway, variables: { id } })).toEqual({
      data: { cancelJob: missing, retryJob: missing },
    });
    const refused = await watch('subscription ($id: ID!) { jobUpdated(id: $id) { id } }', {
      gateway,
      variables: { id },
    });
    expect(refused).toMatchObject({ errors: [{ message, extensions: { code: 'NOT_FOUND' } }] });
  });
});

describe('nodes', () => {
  const source = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';

  it('keeps the order, with null for each id that names nothing', async () => {
    const other = opaque(`CreditAccount:${account.id}`);
    const variables = { ids: ['?', other, opaque(`Job:${uuidOf(9)}`), idOfJob, idOfJob] };
    expect((await run(source, { gateway, variables })).data).toEqual({
      nodes: [null, { id: other }, null, { id: idOfJob }, { id: idOfJob }],
    });
  });

  it('accepts at most 100 ids', async () => {
    const most = await run(source, { gateway, variables: { ids: Array.from({ length: 100 }, () => idOfJob) } });
    expect(most.data?.['nodes']).toHaveLength(100);
    const tooMany = await run(source, { gateway, variables: { ids: Array.from({ length: 101 }, () => idOfJob) } });
    expect(codesOf(tooMany)).toEqual(['BAD_USER_INPUT']);
    // The refusal leaves what stands beside it.
    expect(tooMany.data).toEqual({ nodes: Array.from({ length: 101 }, () => null) });
    expect(tooMany.errors?.map(({ path }) => path)).toEqual([['nodes', 0]]);
  });

  it('accepts an empty list', async () => {
    expect(await run(source, { gateway, variables: { ids: [] } })).toEqual({ data: { nodes: [] } });
  });
});
