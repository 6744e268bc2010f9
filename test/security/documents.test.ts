import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConfigError, readConfig } from '../../src/config/config.ts';
import { join as joined } from '../server/socket.ts';
import { openWorld, post, read, tokenOf, tokens, type World } from '../server/world.ts';

const hashOf = (query: string) => createHash('sha256').update(query).digest('hex');

const persisted = (query: string) => ({ persistedQuery: { version: 1, sha256Hash: hashOf(query) } });

async function open(options: Parameters<typeof openWorld>[0] = {}): Promise<World> {
  const world = await openWorld(options);
  onTestFinished(() => world.close());
  return world;
}

describe('automatic persisted queries', () => {
  const query = '{ me }';

  it('are requested once, and from then on run by their hash, by POST and by GET', async () => {
    const { url } = await open();
    const missing = await post(url, { extensions: persisted(query) });
    expect(missing).toMatchObject({
      status: 200,
      body: { errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] },
    });
    const expected = { status: 200, body: { data: { me: 'demo TEST' } } };
    expect(await post(url, { query, extensions: persisted(query) })).toMatchObject(expected);
    expect(await post(url, { extensions: persisted(query) })).toMatchObject(expected);
    expect(await post(url, { query: '', extensions: persisted(query) })).toMatchObject(expected);
    const search = new URLSearchParams({ extensions: JSON.stringify(persisted(query)) });
    expect(await read(fetch(`${url}/graphql?${search}`))).toMatchObject(expected);
    expect(await post(url, { documentId: `sha256:${hashOf(query)}` })).toMatchObject(expected);
  });

  it('are not stored for callers without a token, who could evict those of users', async () => {
    const { url } = await open({ identity: tokens });
    const question = '{ __typename }';
    const authorization = `Bearer ${await tokenOf()}`;
    const ask = (headers: Record<string, string> = {}) => post(url, { extensions: persisted(question) }, headers);
    const send = (headers: Record<string, string> = {}) =>
      post(url, { query: question, extensions: persisted(question) }, headers);
    expect(await send()).toMatchObject({ body: { data: { __typename: 'Query' } } });
    expect(await ask({ authorization })).toMatchObject({ body: { errors: [{ message: 'PersistedQueryNotFound' }] } });
    await send({ authorization });
    expect(await ask()).toMatchObject({ body: { data: { __typename: 'Query' } } });
  });

  it('of one user do not evict those of another', async () => {
    const { url } = await open({ identity: tokens, requestsPerMinute: 1_000_000 });
    const [ada, eve] = await Promise.all(['ada', 'eve'].map(async (sub) => `Bearer ${await tokenOf({ sub })}`));
    await post(url, { query, extensions: persisted(query) }, { authorization: ada ?? '' });
    for (let at = 0; at < 400; at += 1) {
      const long = `{ me } # ${at} ${'x'.repeat(9000)}`;
      await post(url, { query: long, extensions: persisted(long) }, { authorization: eve ?? '' });
    }
    const found = await post(url, { extensions: persisted(query) }, { authorization: ada ?? '' });
    expect(found).toMatchObject({ body: { data: { me: 'ada TEST' } } });
  });

  it('cannot be stored under the hash of another', async () => {
    const { url } = await open();
    const refused = await post(url, { query: '{ roles }', extensions: persisted(query) });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] } });
    expect(await post(url, { extensions: persisted(query) })).toMatchObject({
      body: { errors: [{ message: 'PersistedQueryNotFound' }] },
    });
  });

  it('do not bypass the limits of documents', async () => {
    const { url } = await open();
    const mutation = 'mutation { act }';
    await post(url, { query: mutation, extensions: persisted(mutation) });
    const search = new URLSearchParams({ extensions: JSON.stringify(persisted(mutation)) });
    expect((await read(fetch(`${url}/graphql?${search}`))).status).toBe(405);
  });

  it('that are too long to be stored are sent each time', async () => {
    const { url } = await open();
    const long = `{ me } # ${'x'.repeat(10_000)}`;
    for (let time = 0; time < 2; time += 1) {
      expect(await post(url, { query: long, extensions: persisted(long) })).toMatchObject({ status: 200 });
      expect(await post(url, { extensions: persisted(long) })).toMatchObject({
        body: { errors: [{ message: 'PersistedQueryNotFound' }] },
      });
    }
  });

  it.each([
    { extensions: {} },
    { extensions: { persistedQuery: null } },
    { extensions: { persistedQuery: { sha256Hash: 7 } } },
    { documentId: 7 },
    { query: null },
  ])('are not what this extension requests: %j', async (body) => {
    const { url } = await open();
    expect(await post(url, body)).toMatchObject({
      status: 400,
      body: { errors: [{ message: '"query" is missing.' }] },
    });
  });
});

describe('trusted documents', () => {
  const trustedDocuments = new Map([
    ['Me', '{ me }'],
    [hashOf('{ roles }'), '{ roles }'],
    ['Count', 'subscription { count(to: 1) }'],
  ]);

  it('run by their ids, their hashes and their texts', async () => {
    const { url } = await open({ trustedDocuments });
    for (const body of [{ documentId: 'Me' }, { query: '{ me }' }]) {
      expect(await post(url, body)).toMatchObject({ status: 200, body: { data: { me: 'demo TEST' } } });
    }
    expect(await post(url, { extensions: persisted('{ roles }') })).toMatchObject({
      body: { data: { roles: 'admin' } },
    });
  });

  it('are the only ones that run, over every transport, and none can be added', async () => {
    const { url, open: streams } = await open({ trustedDocuments });
    const forbidden = { errors: [{ extensions: { code: 'FORBIDDEN' } }] };
    const other = '{ me roles }';
    for (const query of [other, ' { me }', '{ __typename }', '{ __schema { types { name } } }']) {
      expect(await post(url, { query })).toMatchObject({ status: 403, body: forbidden });
    }
    expect(await post(url, { query: other, extensions: persisted(other) })).toMatchObject({ status: 403 });
    expect(await post(url, { documentId: hashOf(other) })).toMatchObject({
      body: { errors: [{ message: 'PersistedQueryNotFound' }] },
    });
    const events = { accept: 'text/event-stream' };
    expect(await post(url, { query: 'subscription { count }' }, events)).toMatchObject({ status: 403 });
    expect((await post(url, { documentId: 'Count' }, events)).text).toContain('"count":1');

    const socket = await joined(url);
    socket.send({ type: 'subscribe', id: '1', payload: { query: 'subscription { count }' } });
    expect(await socket.next()).toMatchObject({ type: 'error', payload: forbidden.errors });
    socket.send({ type: 'subscribe', id: '2', payload: { query: 'subscription { count(to: 1) }' } });
    expect(await socket.next()).toMatchObject({ type: 'next' });
    socket.socket.close();
    expect(streams()).toBe(0);
  });

  it('are read from the file that TRUSTED_DOCUMENTS names; an invalid one stops the start', () => {
    const folder = mkdtempSync(join(tmpdir(), 'reelgate-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'documents.json');
    const read = (text: string) => {
      writeFileSync(file, text);
      return readConfig({ TRUSTED_DOCUMENTS: file }).trustedDocuments;
    };
    expect(read('{"Me":"{ me }"}')).toEqual(new Map([['Me', '{ me }']]));
    for (const text of ['', '[]', '{"Me":7}', 'null']) expect(() => read(text)).toThrow(ConfigError);
    expect(() => readConfig({ TRUSTED_DOCUMENTS: join(folder, 'none.json') })).toThrow('TRUSTED_DOCUMENTS must name');
    expect(readConfig({}).trustedDocuments).toBeNull();
  });
});
