import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createPersistedDocuments, type PersistedDocuments } from '../../src/server/graphql/persisted-documents.ts';
import { createReadParams } from '../../src/server/http/read-params.ts';

describe('a request body that was seen before', () => {
  /** A body parser, and how often it has looked up a document. */
  function reader() {
    const documents = createPersistedDocuments(null);
    const seen = { polls: 0 };
    const find: PersistedDocuments['find'] = (asked, owner) => {
      seen.polls += 1;
      return documents.find(asked, owner);
    };
    const readParams = createReadParams({ ...documents, find });
    const read = (body: object, owner = 'ada') => {
      const headers = { 'content-type': 'application/json' };
      const request = Object.assign(Readable.from([Buffer.from(JSON.stringify(body))]), { method: 'POST', headers });
      return readParams(request as unknown as IncomingMessage, owner);
    };
    return { seen, read };
  }

  it('is the same object, read once; another is another', async () => {
    const { seen, read } = reader();
    const body = { query: 'query A { me }', operationName: 'A', variables: { id: 1 } };
    const params = await read(body);
    expect(params).toEqual(body);
    expect(await read(body)).toBe(params);
    expect(seen.polls).toBe(1);
    expect(await read({ ...body, variables: { id: 2 } })).toEqual({ ...body, variables: { id: 2 } });
    expect(seen.polls).toBe(2);
  });

  it.each<[string, object]>([
    ['names its document', { documentId: 'x' }],
    ['sends it to be kept', { query: '{ me }', extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } }],
    ['is longer than 4,000 characters', { query: `{ me } #${'x'.repeat(4000)}` }],
  ])('is parsed again if it %s', async (_, body) => {
    const { seen, read } = reader();
    expect(await read(body)).toEqual(await read(body));
    expect(seen.polls).toBe(2);
  });

  it('is remembered for each of ten thousand users who poll a job, and forgotten after many more', async () => {
    const { seen, read } = reader();
    const users = 20_000;
    const bodyOf = (id: number) => ({ query: '{ me }', variables: { id } });
    for (let id = 0; id < users; id += 1) await read(bodyOf(id), `user-${id}`);
    for (let id = users - 10_000; id < users; id += 1) await read(bodyOf(id), `user-${id}`);
    expect(seen.polls).toBe(users);
    await read(bodyOf(0), 'user-0');
    expect(seen.polls).toBe(users + 1);
  });

  it('of one user never displaces those of others', async () => {
    const { seen, read } = reader();
    const body = { query: '{ me }', variables: { id: 0 } };
    await read(body, 'bob');
    for (let id = 1; id <= 20_000; id += 1) await read({ query: '{ me }', variables: { id } }, 'ada');
    await read(body, 'bob');
    expect(seen.polls).toBe(20_001);
  });
});
