import { describe, expect, it } from 'vitest';
import { codesOf, run, watch } from './world.ts';

describe('a caller that cannot be identified', () => {
  const operations = [
    '{ viewer { userId } }',
    '{ job(id: "x") { id } }',
    '{ jobs { nodes { id } } }',
    '{ quote { credits } }',
    '{ operations { losses { unconfirmed } } }',
    '{ node(id: "x") { id } }',
    '{ nodes(ids: []) { id } }',
    'mutation { generateVideo { __typename } }',
    'mutation { cancelJob(id: "x") { __typename } }',
    'mutation { retryJob(id: "x") { __typename } }',
    '{ apiKeys { edges { cursor } } }',
    'mutation { createApiKey(input: { userId: "u" }) { __typename } }',
    'mutation { revokeApiKey(id: "x") { __typename } }',
    'mutation { createClientToken(input: { userId: "u", scopes: [JOBS_READ] }) { __typename } }',
    'mutation { grantCredits(input: { userId: "u", credits: 1, reason: "r" }) { __typename } }',
  ];

  it.each(operations)('gets UNAUTHENTICATED for %s', async (source) => {
    expect(codesOf(await run(source, { viewer: null }))).toEqual(['UNAUTHENTICATED']);
  });

  it.each(['jobUpdated(id: "x") { id }', 'jobEvents { __typename }', 'accountUpdated { id }'])(
    'cannot subscribe to %s',
    async (field) => {
      const refused = await watch(`subscription { ${field} }`, { viewer: null });
      expect(refused).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    },
  );
});
