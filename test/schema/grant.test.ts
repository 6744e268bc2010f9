import { describe, expect, it } from 'vitest';
import { grantConflict, invalidInput } from '../../src/domain/failure.ts';
import type { Viewer } from '../../src/gateway/gateway.ts';
import type { GrantRequest } from '../../src/gateway/input.ts';
import { ada, codesOf, opaque, run, sampleAccount, sampleEntry, uuidOf } from './world.ts';

const admin: Viewer = { ...ada, roles: ['admin'] };

describe('grantCredits', () => {
  const source = `mutation ($input: GrantCreditsInput!) { grantCredits(input: $input) {
    __typename
    ...on Failure { code }
    ...on GrantCreditsSuccess { created account { userId balance } }
    ...on GrantConflictError { entry { id credits } }
    ...on InvalidInputError { issues { path } }
  } }`;
  const input = { userId: 'bob', credits: -5, reason: 'Correction' };

  it.each([
    [
      { ...sampleAccount({ owner: 'bob', balance: 995 }), created: true, booked: -5 },
      { __typename: 'GrantCreditsSuccess', created: true, account: { userId: 'bob', balance: 995 } },
    ],
    [
      grantConflict(sampleEntry()),
      {
        __typename: 'GrantConflictError',
        code: 'IDEMPOTENCY_CONFLICT',
        entry: { id: opaque(`LedgerEntry:${uuidOf(0xe)}`), credits: 1000 },
      },
    ],
    [
      invalidInput([{ path: ['credits'], message: 'No.' }]),
      { __typename: 'InvalidInputError', code: 'INVALID_INPUT', issues: [{ path: ['credits'] }] },
    ],
  ])('returns each result', async (result, shown) => {
    const requests: GrantRequest[] = [];
    const gateway = {
      grantCredits: async (_viewer: Viewer, request: GrantRequest) => {
        requests.push(request);
        return result;
      },
    };
    expect(await run(source, { gateway, viewer: admin, variables: { input } })).toEqual({
      data: { grantCredits: shown },
    });
    expect(requests).toEqual([input]);
  });

  it('is for admins', async () => {
    const result = await run(source, { variables: { input } });
    expect(codesOf(result)).toEqual(['FORBIDDEN']);
    expect(result.data).toBeNull();
  });
});
