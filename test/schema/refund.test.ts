import { describe, expect, it } from 'vitest';
import { invalidInput, notFound } from '../../src/domain/failure.ts';
import type { Viewer } from '../../src/gateway/gateway.ts';
import { ada, codesOf, opaque, run, sampleAccount, sampleEntry, uuidOf } from './world.ts';

const admin: Viewer = { ...ada, roles: ['admin'] };

describe('refundJob', () => {
  const id = opaque(`Job:${uuidOf(1)}`);
  const source = `mutation { refundJob(id: "${id}", reason: "Blurred") {
    __typename
    ...on Failure { code }
    ...on RefundJobSuccess { entry { kind credits jobId job { id } reason } account { userId balance } }
    ...on InvalidInputError { issues { path } }
  } }`;
  const entry = sampleEntry({ kind: 'REFUND', credits: 67, jobId: uuidOf(1), reason: 'Blurred' });

  it.each([
    [
      { entry, account: sampleAccount({ owner: 'bob' }) },
      {
        __typename: 'RefundJobSuccess',
        // The job is bob's: the admin sees its id, and reads it through `operations`.
        entry: { kind: 'REFUND', credits: 67, jobId: id, job: null, reason: 'Blurred' },
        account: { userId: 'bob', balance: 1000 },
      },
    ],
    [notFound(), { __typename: 'NotFoundError', code: 'NOT_FOUND' }],
    [
      invalidInput([{ path: ['reason'], message: 'No.' }]),
      { __typename: 'InvalidInputError', code: 'INVALID_INPUT', issues: [{ path: ['reason'] }] },
    ],
  ])('returns each result', async (result, shown) => {
    const calls: unknown[] = [];
    const gateway = {
      refundJob: async (_viewer: unknown, jobId: string, reason: string) => {
        calls.push([jobId, reason]);
        return result;
      },
      job: async () => null,
    };
    expect(await run(source, { gateway, viewer: admin })).toEqual({ data: { refundJob: shown } });
    expect(calls).toEqual([[uuidOf(1), 'Blurred']]);
  });

  it('is for admins', async () => {
    expect(codesOf(await run(source))).toEqual(['FORBIDDEN']);
  });
});
