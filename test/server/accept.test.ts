import { afterAll, beforeAll, expect, it } from 'vitest';
import { prefersPage, readAccept, responseTypesOf } from '../../src/server/http/accept.ts';
import { openWorld, type World } from './world.ts';

const [plain, response] = ['application/json', 'application/graphql-response+json'];
const [events, multipart] = ['text/event-stream', 'multipart/mixed'];

it.each<[string | undefined, readonly string[]]>([
  [undefined, [plain, response, events, multipart]],
  ['', [plain, response, events, multipart]],
  ['*/*', [plain, response, events, multipart]],
  ['application/*', [plain, response]],
  [`${plain};q=0.5, ${response}`, [response, plain]],
  [`${events}, ${multipart}, ${plain}`, [events, multipart, plain]],
  [`*/*;q=0.1, ${events};q=0.2`, [events, plain, response, multipart]],
  ['TEXT/Event-Stream ; Q=0.3', [events]],
  ['text/*;q=0.9, text/event-stream;q=0', []],
  ['*/*, text/event-stream;q=0', [plain, response, multipart]],
  ['application/json; charset="utf-8, or;q=0"', [plain]],
  ['application/json;q=nonsense', [plain]],
  ['application/json;q=0', []],
  // Apollo Client 4, for a subscription and for a query with @defer.
  [`multipart/mixed;boundary=graphql;subscriptionSpec=1.0,${response},${plain};q=0.9`, [multipart, response, plain]],
  [`multipart/mixed;deferSpec=20220824,${response},${plain};q=0.9`, [response, plain]],
  // urql, for a subscription.
  [`${events}, ${multipart}`, [events, multipart]],
  ['multipart/mixed; boundary="a,b;c"; SubscriptionSpec="1.0"', [multipart]],
  ['multipart/mixed;subscriptionSpec=2.0', []],
  ['multipart/mixed;q=0, multipart/mixed;subscriptionSpec=1.0', [multipart]],
  ['multipart/form-data, image/png', []],
  [',;,"', []],
  ['"\\', []],
])('of "%s" a response may have the types %j', (header, types) => {
  expect(responseTypesOf(readAccept(header))).toEqual(types);
});

it.each([
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
  ['text/html;q=0, application/json', false],
  ['*/*', false],
  ['application/json, text/html', false],
])('of "%s" a page is preferred: %s', (header, isPreferred) => {
  expect(prefersPage(readAccept(header))).toBe(isPreferred);
});

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

afterAll(() => world.close());

it.each([
  ['*/*', events],
  [`${plain}, */*;q=0.1`, events],
  [`${plain}, ${multipart};subscriptionSpec=1.0;q=0.1`, multipart],
  [`${multipart};subscriptionSpec=1.0;q=0.5, ${events};q=0.9`, events],
  [`${multipart};subscriptionSpec=1.0, ${events}`, multipart],
  [`${events}, ${multipart};subscriptionSpec=1.0`, events],
  [`*/*, ${events};q=0`, multipart],
  [`${multipart};subscriptionSpec=2.0, ${response}`, response],
  [plain, plain],
])('a subscription of a client that accepts "%s" is answered as %s', async (accept, type) => {
  const answer = await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: '{"query":"subscription { count(to: 1) }"}',
  });
  expect(answer.headers.get('content-type')?.split(';')[0]).toBe(type);
  expect(answer.status).toBe(type === plain || type === response ? 406 : 200);
  await answer.text();
});
