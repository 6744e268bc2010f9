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
    const read = (body: object) => {
      const headers = { 'content-type': 'application/json' };
      const request = Object.assign(Readable.from([Buffer.from(JSON.stringify(body))]), { method: 'POST', headers });
      return readParams(request as unknown as IncomingMessage, 'ada');
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

  it('is forgotten after two thousand others', async () => {
    const { seen, read } = reader();
    for (let id = 0; id <= 2000; id += 1) await read({ query: '{ me }', variables: { id } });
    await read({ query: '{ me }', variables: { id: 2000 } });
    expect(seen.polls).toBe(2001);
    await read({ query: '{ me }', variables: { id: 0 } });
    expect(seen.polls).toBe(2002);
  });
});
