import fc from 'fast-check';
import type { GraphQLSchema } from 'graphql';
import { documents } from '../../../security/document-corpus.ts';

/** An HTTP request as it is sent. */
export type Request = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
};

const printable = fc.stringMatching(/^[!-~ ]{0,60}$/);

/** Texts sent in place of a token: broken ones of every kind, and damaged variants of `good` ones. */
export function authorizations(good: readonly string[]): fc.Arbitrary<string> {
  const damaged = fc
    .tuple(fc.constantFrom(...good), fc.nat(300), fc.nat(3), printable)
    .map(([token, at, length, text]) => {
      const place = at % token.length;
      return `Bearer ${token.slice(0, place)}${text.trim()}${token.slice(place + length)}`;
    });
  const base64 = fc.stringMatching(/^[\w-]{0,60}$/);
  const jwt = fc.tuple(fc.json(), fc.json(), base64).map(([header, claims, signature]) => {
    const part = (text: string) => Buffer.from(text).toString('base64url');
    return `Bearer ${part(header)}.${part(claims)}.${signature}`;
  });
  const own = fc
    .tuple(fc.constantFrom('sk_test_', 'sk_live_', 'ct_'), base64, base64)
    .map(([kind, a, b]) => `Bearer ${kind}${a}.${b}`);
  return fc.oneof(damaged, jwt, own, printable);
}

/** The parameters of an operation as a client sends them. */
function parameters(schema: GraphQLSchema): fc.Arbitrary<unknown> {
  const variables = fc.oneof(
    fc.dictionary(fc.constantFrom('x', 'id', 'input', '__proto__', 'constructor'), fc.jsonValue()),
    fc.jsonValue(),
  );
  const persisted = fc.record({
    persistedQuery: fc.oneof(fc.jsonValue(), fc.record({ version: fc.nat(2), sha256Hash: fc.string() })),
  });
  return fc.record(
    {
      query: fc.oneof({ weight: 8, arbitrary: documents(schema) }, { weight: 1, arbitrary: fc.jsonValue() }),
      variables,
      operationName: fc.oneof(fc.constantFrom('Q', null, ''), fc.jsonValue()),
      extensions: fc.oneof(persisted, fc.jsonValue()),
    },
    { requiredKeys: ['query'] },
  );
}

/** Requests to `/graphql` and elsewhere: most with one thing wrong, some with everything wrong. `token` is valid. */
export function requests(schema: GraphQLSchema, token: string): fc.Arbitrary<Request> {
  const authorization = fc.oneof({ weight: 6, arbitrary: fc.constant(`Bearer ${token}`) }, authorizations([token]));
  const types = [
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
    'multipart/form-data',
    'application/x-www-form-urlencoded',
  ];
  const accepts = [
    'application/json',
    'application/graphql-response+json',
    'text/event-stream',
    '*/*',
    'text/html',
    'image/png;q=0',
  ];
  const headers = fc.record(
    {
      authorization,
      'content-type': fc.oneof(
        { weight: 6, arbitrary: fc.constant('application/json') },
        fc.constantFrom(...types),
        printable,
      ),
      accept: fc.oneof(fc.constantFrom(...accepts), printable),
      origin: fc.oneof(fc.constantFrom('null', 'https://evil.example'), printable),
      'x-request-id': printable,
      'content-encoding': fc.constantFrom('identity', 'gzip', ''),
      'access-control-request-headers': printable,
      cookie: printable,
    },
    { requiredKeys: ['authorization', 'content-type'] },
  );
  const body = fc.oneof(
    { weight: 8, arbitrary: parameters(schema).map((json) => JSON.stringify(json)) },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    { weight: 1, arbitrary: fc.constantFrom('[', '{"query":', '[]', '"', '{"query":"{a}"}}', '['.repeat(20_000)) },
  );
  const posts = fc.record({ method: fc.constant('POST'), path: fc.constant('/graphql'), headers, body });
  const gets = fc.record({
    method: fc.constantFrom('GET', 'GET', 'HEAD', 'PUT', 'OPTIONS', 'DELETE'),
    path: fc.oneof(
      fc
        .record({ query: documents(schema), variables: fc.json(), extensions: fc.json() })
        .map((all) => `/graphql?${new URLSearchParams(all)}`.slice(0, 8000)),
      fc.stringMatching(/^\/[!-~]{0,40}$/),
    ),
    headers,
    body: fc.constant(null),
  });
  return fc.oneof({ weight: 4, arbitrary: posts }, { weight: 1, arbitrary: gets });
}

/** Frames of a WebSocket: text, or bytes. */
export function frames(schema: GraphQLSchema): fc.Arbitrary<string | Buffer> {
  const id = fc.oneof(fc.constantFrom('1', '2', '3'), fc.string());
  const message = fc.oneof(
    { weight: 12, arbitrary: fc.record({ type: fc.constant('subscribe'), id, payload: parameters(schema) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constantFrom('complete', 'ping', 'pong'),
        id,
        payload: fc.dictionary(fc.string(), fc.jsonValue()),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constantFrom('connection_init', 'next', 'error', 'x'),
        id: fc.jsonValue(),
        payload: fc.jsonValue(),
      }),
    },
  );
  return fc.oneof(
    { weight: 40, arbitrary: message.map((json) => JSON.stringify(json)) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)) },
  );
}
