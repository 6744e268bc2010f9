import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type DocumentNode, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSharedCache } from '../../src/lib/shared-cache.ts';
import { bytesOf, createDocumentCache } from '../../src/server/graphql/document-cache.ts';
import { createTestSchema } from './schema.ts';

const many = (count: number, make: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => make(at)).join(' ');

const shapes: Readonly<Record<string, string>> = {
  fields: `{ ${many(3900, () => 'id')} }`,
  'fields of fields': `{ ${many(790, () => 'viewer { userId }')} }`,
  'anonymous operations': many(1300, () => '{ a }'),
  'named operations': many(950, (at) => `query A${at} { a }`),
  arguments: `{ ${many(400, (at) => `job(id: "${at}") { id }`)} }`,
  fragments: many(550, (at) => `fragment F${at} on A { a }`),
  'inline fragments': `{ ${many(960, () => '... { id }')} }`,
  variables: `query (${many(900, (at) => `$v${at}: Int`)}) { a }`,
  texts: `{ nodes(ids: [${many(3900, (at) => `"${at}"`)}]) { id } }`,
};

setFlagsFromString('--expose-gc');

const collect: () => void = runInNewContext('gc');

function heapBytes(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

describe('the memory of a document', () => {
  it.each(Object.entries(shapes))('is estimated as what it takes, or more: %s', (_, text) => {
    const count = 20;
    const kept: DocumentNode[] = [];
    const before = heapBytes();
    for (let times = 0; times < count; times += 1) kept.push(parse(text, { noLocation: true }));
    const real = (heapBytes() - before) / count;
    const [document] = kept;
    const estimated = document === undefined ? 0 : bytesOf(document, text);
    // Other parts of this process use the heap, too.
    expect(real).toBeLessThan(estimated * 1.05);
    expect(estimated).toBeLessThan(real * 8);
  });
});

describe('a document cache', () => {
  const large = (name: string) => `query ${name} { ${many(3900, () => 'me')} }`;

  it('returns the same document for the same text, without locations, for everyone', () => {
    const { parse: read } = createDocumentCache(createTestSchema({ open: 0, texts: 0 }));
    const document = read('{ me }', 'ada');
    expect(read('{ me }', 'eve')).toBe(document);
    expect(read('{ me }', null)).toBe(document);
    expect(JSON.stringify(document)).not.toContain('loc');
  });

  it('keeps the longest document within the limits, so that it is parsed and validated once', () => {
    const { parse: read, validate } = createDocumentCache(createTestSchema({ open: 0, texts: 0 }));
    const document = read(`${large('A')} #${'x'.repeat(90_000)}`, 'ada');
    const errors = validate(document);
    expect(read(`${large('A')} #${'x'.repeat(90_000)}`, 'ada')).toBe(document);
    expect(validate(document)).toBe(errors);
  });

  it('forgets the oldest documents of a user who sends many, and nobody else’s', () => {
    const { parse: read } = createDocumentCache(createTestSchema({ open: 0, texts: 0 }));
    const [first, other] = [read(large('A'), 'eve'), read('{ me }', 'ada')];
    const anonymous = read('{ __typename }', null);
    for (let at = 0; at < 100; at += 1) read(large(`B${at}`), 'eve');
    expect(read(large('A'), 'eve')).not.toBe(first);
    expect(read('{ me }', 'ada')).toBe(other);
    expect(read('{ __typename }', null)).toBe(anonymous);
  });

  it('forgets nothing of users because of callers without a token', () => {
    const { parse: read } = createDocumentCache(createTestSchema({ open: 0, texts: 0 }));
    const document = read('{ me }', 'ada');
    for (let at = 0; at < 100; at += 1) read(large(`B${at}`), null);
    expect(read('{ me }', 'ada')).toBe(document);
  });
});

describe('a cache that owners share', () => {
  const limits = { maxBytes: 100, maxBytesPerOwner: 40 };

  it('limits the bytes of each owner and of all, evicting the least recently used', () => {
    const cache = createSharedCache<number>(limits);
    cache.set('a1', 1, { owner: 'a', bytes: 20 });
    cache.set('a2', 2, { owner: 'a', bytes: 20 });
    expect(cache.get('a1')).toBe(1);
    cache.set('a3', 3, { owner: 'a', bytes: 20 });
    expect(['a1', 'a2', 'a3'].map(cache.get)).toEqual([1, undefined, 3]);
    for (const owner of ['b', 'c', 'd']) cache.set(owner, 4, { owner, bytes: 30 });
    // All of them together would be 130 bytes.
    expect(['a1', 'a3', 'b', 'c', 'd'].map(cache.get)).toEqual([undefined, undefined, 4, 4, 4]);
    expect(cache.bytes).toBe(90);
  });

  it('does not add what exceeds an owner’s share, and replaces an entry of the same key', () => {
    const cache = createSharedCache<number>(limits);
    cache.set('a', 1, { owner: 'a', bytes: 41 });
    expect(cache.get('a')).toBeUndefined();
    cache.set('a', 1, { owner: 'a', bytes: 40 });
    cache.set('a', 2, { owner: 'b', bytes: 10 });
    expect(cache.get('a')).toBe(2);
    expect(cache.bytes).toBe(10);
  });
});
