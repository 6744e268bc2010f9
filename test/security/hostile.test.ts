import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSchema } from '../../schema/index.ts';
import { createDocumentCache } from '../../src/server/graphql/document-cache.ts';
import { openWorld } from '../hub/world.ts';
import { tokenOf } from '../server/world.ts';
import { request } from '../world/gateway.ts';

const many = (count: number, make: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => make(at)).join(' ');

const nested = (depth: number, open: string, inner: string, close: string) =>
  open.repeat(depth) + inner + close.repeat(depth);

/** Documents within 4000 tokens and the other limits, each as expensive for some rule as possible. */
const hostile: Readonly<Record<string, string>> = {
  'one field again and again': `{ ${many(950, () => 'viewer{userId}')} }`,
  'one leaf again and again': `{ viewer{ ${many(3900, () => 'userId')} } }`,
  'deep fields again and again': `{ ${many(130, () => 'jobs{nodes{retryOf{retryOf{events{nodes{id version}}}}}}')} }`,
  'many fragments beside each other': `{ ${many(420, (at) => `...F${at}`)} } ${many(420, (at) => `fragment F${at} on Query{__typename}`)}`,
  'fragments on fragments': `{ ...F0 viewer{userId} } fragment F330 on Query{__typename}
    ${many(330, (at) => `fragment F${at} on Query{...F${at + 1} __typename}`)}`,
  'fragments that double': `{ job(id:"x"){...F0} } fragment F200 on Job{id}
    ${many(200, (at) => `fragment F${at} on Job{...F${at + 1} ...F${at + 1}}`)}`,
  'fragments that spread themselves': `{ job(id:"x"){...A} } fragment A on Job{ ${many(50, (at) => `a${at}:retryOf{...A}`)} }`,
  'a fragment spread below each of many fields': `{ ${many(60, (at) => `a${at}:viewer{...V}`)} }
    fragment V on Viewer{ ${many(800, () => '...{userId}')} }`,
  'inline fragments': `{ ${many(960, () => '...{__typename}')} }`,
  'inline fragments in each other': `{ ${many(10, () => nested(90, '...{', 'viewer{userId}', '}'))} }`,
  'inline fragments of many types': `{ node(id:"x"){ ${many(450, (at) => `...on ${at % 2 ? 'Job' : 'CreditAccount'}{id}`)} } }`,
  'operations with one fragment': `${many(280, (at) => `query A${at}{...F}`)} fragment F on Query{ ${many(1700, () => '__typename')} }`,
  'subscriptions with one fragment': `${many(280, (at) => `subscription A${at}{...F}`)}
    fragment F on Subscription{ ${many(1700, () => '__typename')} }`,
  'mutations with one fragment': `${many(280, (at) => `mutation A${at}{...F}`)}
    fragment F on Mutation{ ${many(1700, () => '__typename')} }`,
  'variables of many operations': `${many(120, (at) => `query A${at}($a:ID!){...F}`)}
    fragment F on Query{ ${many(200, () => 'job(id:$a){id}')} }`,
  variables: `query(${many(900, (at) => `$v${at}:Int`)}){ __typename }`,
  'names that nothing has': `{ ${many(3900, (at) => `abcd${at}`)} }`,
  'types that are not there': `{ ${many(560, (at) => `...on Jobz${at}{a}`)} }`,
  'fragments that are not there': `{ ${many(1900, (at) => `...F${at}`)} }`,
  'long lists': `{ jobs(filter:{status:[${many(3900, () => 'PENDING')}]}){totalCount} }`,
  'fields of input that are not there': `{ jobs(filter:{${many(1300, (at) => `a${at}:1`)}}){totalCount} }`,
  'deep arguments': `{ ${many(20, () => `jobs(filter:${nested(40, '{a:[', '1', ']}')}){totalCount}`)} }`,
  'large arguments that are compared wherever they are spread': `{
    ${many(40, (at) => `a${at}:viewer{account{ledger{nodes{job{...F}}}}}`)} }
    fragment F on Job{ ${many(2, () => `events(first:[${many(1500, () => '1')}]){nodes{id}}`)} }`,
  'long arguments again and again': `{ ${many(280, () => `job(id:"${'x'.repeat(200)}"){id}`)} }`,
  'arguments that are not there': `{ viewer(${many(1300, (at) => `a${at}:1`)}){userId} }`,
  comments: `${'#\n'.repeat(45_000)}{__typename}`,
  'one long text': `{ job(id:"${'\\u0041'.repeat(15_000)}"){id} }`,
  'one long block text': `{ job(id:"""${'\n '.repeat(45_000)}x"""){id} }`,
  'brackets that are never closed': '{a'.repeat(2000),
  'introspection again and again': `{ ${many(550, () => '__schema{types{name}}')} }`,
  'introspection in inline fragments': `{ __schema{types{ ${many(900, () => '...{name}')} }} }`,
  'introspection under many names': `{ ${many(60, (at) => `a${at}:__schema{types{fields{type{fields{name}}}}}`)} }`,
  'introspection beside another operation': `query A{__typename} query B{ ${many(900, () => 'viewer{userId}')} }`,
};

/** A machine that is slow or busy needs more CPU time for the same work. Without the bounds it is ten times as much and more. */
const allowance = 3;

/** The CPU time of a call in milliseconds: the least of several runs, since other processes use the machine, too. */
async function cpuOf(act: () => Promise<unknown> | unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let times = 0; times < 7; times += 1) {
    const before = process.cpuUsage();
    await act();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

describe('a hostile document within the limits', () => {
  const schema = createSchema();
  const documentCache = createDocumentCache(schema);

  it.each(Object.entries(hostile))('is parsed and validated with little CPU: %s', async (_, source) => {
    const read = () => {
      // Nothing is kept from one run to the next.
      const empty = createDocumentCache(schema);
      try {
        return empty.validate(empty.parse(source, null));
      } catch {
        return [];
      }
    };
    expect(await cpuOf(read)).toBeLessThan(30 * allowance);
  });

  it('costs under 20 ms without a token and under 50 ms with one, sender included', async () => {
    const world = await openWorld();
    const token = await tokenOf({ env: 'test' }, '2027-01-01T00:00:00Z');
    const slow: string[] = [];
    for (const [name, query] of Object.entries(hostile)) {
      const anonymous = await cpuOf(() => request(world, query, {}));
      const known = await cpuOf(() => request(world, query, {}, token));
      if (anonymous >= 20 * allowance || known >= 50 * allowance) slow.push(`${name}: ${anonymous} ms, ${known} ms`);
    }
    expect(slow).toEqual([]);
  });

  it('gets an error that names what to change', async () => {
    const messages = Object.values(hostile).flatMap((source) => {
      try {
        return documentCache.validate(documentCache.parse(source, null)).map(({ message }) => message);
      } catch (error) {
        return [String(error)];
      }
    });
    expect(messages.filter((message) => message.includes('aborted'))).toEqual([]);
    expect(messages).toContain('Only the first 20 errors are listed: fix these, then send the document again.');
    expect(messages).toContainEqual(expect.stringMatching(/^With its fragments written out, .*spread fragments less/));
  });
});

describe('without a token', () => {
  it.each(['GET', 'POST'])('nothing but introspection is validated, by %s and as a stream', async (method) => {
    const world = await openWorld();
    // The request is refused for its missing token before its selection is checked.
    const query = '{ nonsense }';
    for (const accept of ['application/json', 'application/graphql-response+json', 'text/event-stream']) {
      const headers = { accept, 'content-type': 'application/json' };
      const response =
        method === 'GET'
          ? await fetch(`${world.url}/graphql?query=${encodeURIComponent(query)}`, { headers })
          : await fetch(`${world.url}/graphql`, { method, headers, body: JSON.stringify({ query }) });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    }
  });

  it('the introspection of common tools is executed', async () => {
    const world = await openWorld();
    const { data, errors } = await request(world, getIntrospectionQuery({ descriptions: true }), {});
    expect(errors).toBeUndefined();
    expect(data.__schema.queryType.name).toBe('Query');
    const all = getIntrospectionQuery({
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    });
    expect(await request(world, all, {})).not.toHaveProperty('errors');
  });
});
