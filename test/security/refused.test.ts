import { beforeAll, describe, expect, it } from 'vitest';
import { createSchema } from '../../schema/index.ts';
import { createDocumentCache } from '../../src/server/graphql/document-cache.ts';
import { openWorld } from '../hub/world.ts';
import { join, leave } from '../server/socket.ts';
import { post, tokenOf } from '../server/world.ts';
import type { Loose } from '../world/gateway.ts';
import { partial, refused } from './refused-corpus.ts';

const codesOf = (errors: Loose): readonly unknown[] =>
  (errors ?? [{}]).map(({ extensions }: Loose) => extensions?.code);

/** Everything that was not refused with a code, or whose code says that the fault was ours. */
const isWrong = (codes: readonly unknown[]) => codes.some((code) => typeof code !== 'string' || /INTERNAL/.test(code));

type Shown = { readonly name: string; readonly status: number; readonly codes: readonly unknown[] };

/** Sends each operation by POST and returns those that were answered wrongly: with a status that is not 4xx, or another code. */
async function wrongOver(accept: string, options: Parameters<typeof openWorld>[0] = {}): Promise<readonly Shown[]> {
  const { url } = await openWorld({ usesBeforeCompiled: 0, ...options });
  const wrong: Shown[] = [];
  for (const [name, body] of refused) {
    const { status, text, body: json } = await post(url, body, { accept, authorization: await ada() });
    const event = /^event: next\ndata: (.*)\n\nevent: complete/m.exec(text)?.[1];
    const codes = codesOf((event === undefined ? json : JSON.parse(event))?.errors);
    const isRefused = event === undefined ? status >= 400 && status < 500 : status === 200;
    if (isWrong(codes) || !isRefused) wrong.push({ name, status, codes });
  }
  return wrong;
}

const ada = async () => `Bearer ${await tokenOf({ sub: 'ada', env: 'test' }, '2027-01-01T00:00:00Z')}`;

describe('an operation that cannot run is refused with a code, and never as a fault of ours', () => {
  it.each(['application/graphql-response+json', 'text/event-stream', 'multipart/mixed;subscriptionSpec=1.0'])(
    'over HTTP as %s',
    async (accept) => {
      expect(await wrongOver(accept)).toEqual([]);
    },
  );

  it('over HTTP through yoga', async () => {
    expect(await wrongOver('application/graphql-response+json', { http: 'yoga' })).toEqual([]);
  });

  it.each(['shared', 'none'] as const)('over WebSocket, with the hub %s', async (hub) => {
    const { url } = await openWorld({ usesBeforeCompiled: 0, hub });
    const socket = await join(url, { authorization: await ada() });
    const wrong: unknown[] = [];
    for (const [name, payload] of refused) {
      socket.send({ type: 'subscribe', id: name, payload });
      const answer = await socket.next();
      if (answer.id !== name || answer.type !== 'error' || isWrong(codesOf(answer.payload))) wrong.push(answer);
    }
    expect(wrong).toEqual([]);
    await leave(socket);
  });

  it('and one that runs in part shows its error with a code', async () => {
    const { url } = await openWorld({ usesBeforeCompiled: 0 });
    const socket = await join(url, { authorization: await ada() });
    for (const [name, payload] of partial) {
      socket.send({ type: 'subscribe', id: name, payload });
      const answer = await socket.next();
      expect(answer).toMatchObject({ id: name, type: 'next', payload: { data: null } });
      expect(codesOf(answer.payload.errors)).toEqual(['BAD_USER_INPUT']);
      if (payload.query.startsWith('query')) await socket.next();
    }
    await leave(socket);
  });
});

describe('the root of a subscription', () => {
  let cache: ReturnType<typeof createDocumentCache>;
  beforeAll(() => {
    cache = createDocumentCache(createSchema());
  });

  const conditional = 'must not use @skip or @include on its root field: leave the whole operation out instead.';
  it.each([
    ['subscription { jobEvents @skip(if: false) { __typename } }', [`A subscription ${conditional}`]],
    [
      'subscription Feed { ... @include(if: true) { jobEvents { __typename } } }',
      [`Subscription "Feed" ${conditional}`],
    ],
    [
      'subscription A($x: Boolean!) { ...F } fragment F on Subscription { jobEvents @skip(if: $x) { __typename } }',
      [`Subscription "A" ${conditional}`],
    ],
    [
      'subscription { jobEvents { __typename } accountUpdated { held } }',
      ['A subscription must select only one top level field.'],
    ],
    ['subscription { __typename }', ['A subscription must not select an introspection top level field.']],
    ['subscription { ...F } fragment F on Subscription { jobEvents { __typename } jobEvents { __typename } }', []],
    ['subscription ($x: Boolean!) { jobEvents { __typename @skip(if: $x) } }', []],
    ['query ($x: Boolean!) { viewer @skip(if: $x) { userId } }', []],
  ])('%s', (query, messages) => {
    expect(cache.validate(cache.parse(query, null)).map(({ message }) => message)).toEqual(messages);
  });
});
