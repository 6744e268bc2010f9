import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { openWorld, type World } from '../hub/world.ts';
import { clientTokenOf, keyOf, revoke } from '../security/world.ts';
import { tokenOf } from '../server/world.ts';
import { request } from '../world/gateway.ts';
import { corpusOf } from './corpus.ts';
import { answerOf, bearer, expectSame, json, openBoth } from './world.ts';

/** A key that may see jobs, a revoked one, and a client token for one job. */
async function credentialsOf(world: World, job: string): Promise<readonly string[]> {
  const admin = await tokenOf({ sub: 'root', env: 'test', roles: ['admin'] }, '2027-01-01T00:00:00Z');
  const adminWorld = { ...world, admin };
  const key = await keyOf(adminWorld, { userId: 'ada', scopes: ['JOBS_READ'] });
  const gone = await keyOf(adminWorld, { userId: 'ada', scopes: ['JOBS_READ'] });
  await request(world, revoke, { id: gone.apiKey.id }, admin);
  const bound = await clientTokenOf(adminWorld, { userId: 'ada', scopes: ['JOBS_WRITE'], jobIds: [job] });
  return [key.secret, gone.secret, bound];
}

test('keys and client tokens allow the same directly as through yoga, and revoked ones allow nothing', async () => {
  const { worlds, ids } = await openBoth();
  const credentials = await Promise.all(worlds.map((world) => credentialsOf(world, ids.job)));
  const responses = new Set<string>();
  for (const place of [0, 1, 2]) {
    for (const body of corpusOf(ids)) {
      const sent = worlds.map((world, at) => {
        const authorization = `Bearer ${credentials[at]?.[place]}`;
        return answerOf(world, { headers: { ...json, accept: 'application/json', authorization }, body });
      });
      const [direct, plain] = await Promise.all(sent);
      expect(direct, JSON.stringify(body)).toEqual(plain);
      responses.add(
        /This needs the scope|This token is limited to certain jobs|"code":"UNAUTHENTICATED"/.exec(
          direct?.text ?? '',
        )?.[0] ?? 'run',
      );
    }
  }
  expect(responses.size).toBe(4);
});

test('trusted documents and hashes work directly as they do through yoga', async () => {
  const trusted = '{ viewer { userId } }';
  for (const trustedDocuments of [null, new Map([['mine', trusted]])]) {
    const worlds = await Promise.all([openWorld({ trustedDocuments }), openWorld({ trustedDocuments, http: 'yoga' })]);
    const headers = { ...json, ...(await bearer('ada')) };
    const sha256Hash = createHash('sha256').update(trusted).digest('hex');
    const persisted = { persistedQuery: { version: 1, sha256Hash } };
    const codes: string[] = [];
    for (const body of [
      { documentId: 'mine' },
      { documentId: 'another' },
      { query: trusted },
      { query: '{ viewer { roles } }' },
      { query: '{ viewer {' },
      { query: 'mutation { cancelJob(id: "x") { __typename } }' },
      { extensions: persisted },
      { query: trusted, extensions: persisted },
      { extensions: persisted },
      { query: '{ viewer { roles } }', extensions: persisted },
    ]) {
      for (const accept of ['application/json', 'application/graphql-response+json']) {
        const { text } = await expectSame(worlds, { headers: { ...headers, accept }, body });
        codes.push(/"code":"(\w+)"/.exec(text)?.[1] ?? 'run');
      }
    }
    for (const code of ['run', 'PERSISTED_QUERY_NOT_FOUND']) expect(codes).toContain(code);
    if (trustedDocuments !== null) expect(codes).toContain('FORBIDDEN');
  }
});
