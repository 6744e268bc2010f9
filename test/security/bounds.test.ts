import { type DocumentNode, GraphQLError, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSchema } from '../../schema/index.ts';
import { MaxCostRule, MaxPaidRule } from '../../src/server/graphql/cost-rules.ts';
import { parseBounded } from '../../src/server/graphql/document.ts';
import { openWorld } from '../hub/world.ts';
import { openConnection, subscribeMessage } from '../protocol/raw-socket.ts';
import { tokenOf } from '../server/world.ts';
import { request } from '../world/gateway.ts';

const schema = createSchema();

const parsed = (source: string): DocumentNode | GraphQLError => {
  try {
    return parseBounded(source);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
};

const refusedBy = (source: string): readonly string[] => {
  const document = parsed(source);
  if (document instanceof GraphQLError) return [document.message];
  return validate(schema, document, [MaxCostRule, MaxPaidRule]).map(({ message }) => message);
};

const many = (count: number, make: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => make(at)).join(' ');

const everything = `id status version environment prompt aspectRatio seed externalId createdAt submittedAt startedAt finishedAt
  deadlineAt progress { fraction elapsedSeconds remainingSeconds estimatedFinishAt overdue sampleSize }
  video { url contentType expiresAt } lateVideo { url } failure { code message retryable } charge { state credits }`;

const events = 'events { edges { cursor node { cursor version status message occurredAt } } }';

describe('a document', () => {
  it.each([
    ['60 aliases', `{ ${many(60, (at) => `a${at}: __typename`)} }`],
    ['50 directives', `{ ${many(50, () => '__typename @include(if: true)')} }`],
    [
      'as many arguments and fields of input as it likes',
      `{ ${many(40, (at) => `job(id: "${at}") { id }`)} jobs(filter: { externalId: "x" }) { totalCount } }`,
    ],
    ['variables', `query (${many(70, (at) => `$v${at}: Int = 1`)}) { __typename }`],
  ])('may have %s', (_, source) => {
    expect(parsed(source)).not.toBeInstanceOf(GraphQLError);
  });

  it.each([
    ['aliases', `{ ${many(61, (at) => `a${at}: __typename`)} }`],
    ['aliases', `{ ...F } fragment F on Query { ${many(61, (at) => `a${at} : jobs(first: 1) { totalCount }`)} }`],
    ['directives', `{ ${many(51, () => '__typename @include(if: true)')} }`],
    ['directives', `{ __typename ${many(500, () => '@a')} }`],
    ['tokens', `{ ${many(4000, () => 'a')} }`],
  ])('may not have more %s than the limit, and is not parsed if it does', (what, source) => {
    expect(parsed(source)).toMatchObject({ message: expect.stringMatching(new RegExp(`more than \\d+ ${what}`)) });
  });
});

describe('an operation', () => {
  it.each([
    ['a full page of jobs with everything', `{ jobs(first: 100) { totalCount nodes { ${everything} ${events} } } }`],
    [
      'a page of a size that a variable says',
      `query ($n: Int) { jobs(first: $n) { nodes { ${everything} ${events} } } }`,
    ],
    ['five videos', `mutation { ${many(5, (at) => `a${at}: generateVideo { __typename }`)} }`],
    [
      'one video that is asked for twice under one name',
      `mutation { ${many(9, () => 'generateVideo { __typename }')} }`,
    ],
    ['any number of cancellations', `mutation { ${many(20, (at) => `a${at}: cancelJob(id: "x") { __typename }`)} }`],
  ])('may select %s', (_, source) => {
    expect(refusedBy(source)).toEqual([]);
  });

  it.each([
    [
      `{ jobs(first: 100) { nodes { ${many(3, (at) => `e${at}: events(first: 100) { edges { node { version message } } }`)} } } }`,
      /fields/,
    ],
    [
      '{ jobs(first: 100) { nodes { events(first: 100) { edges { node { job { events(first: 100) { edges { cursor } } } } } } } } }',
      /fields/,
    ],
    [
      `query ($n: Int, $m: Int) { jobs(last: $n) { nodes { ...F } } }
      fragment F on Job { events(first: $m) { edges { node { ...G } } } }
      fragment G on JobEvent { job { events(first: $m) { edges { cursor } } } }`,
      /fields/,
    ],
    [
      `{ nodes(ids: [${many(100, (at) => `"${at}",`)}]) {
        ... on Job { events(first: 100) { edges { node { job { id version status } } } } }
      } }`,
      /fields/,
    ],
    [
      `query ($ids: [ID!]!) { nodes(ids: $ids) {
        ... on CreditAccount { ledger(first: 100) { edges { node { job { ${everything} } } } } }
      } }`,
      /fields/,
    ],
    [`mutation { ${many(6, (at) => `a${at}: generateVideo { __typename }`)} }`, /videos/],
    [
      `mutation { ${many(3, (at) => `a${at}: generateVideo { __typename }`)} ...R }
      fragment R on Mutation { ... { ${many(3, (at) => `r${at}: retryJob(id: "x") { __typename }`)} } }`,
      /videos/,
    ],
  ])('may not select more than the limit: %s', (source, message) => {
    expect(refusedBy(source)).toEqual([expect.stringMatching(message)]);
  });

  it('whose fragments double at each step is counted within the test’s time limit', () => {
    const fragments = many(
      25,
      (at) => `fragment F${at} on Job { ...F${at + 1} ...F${at + 1} retryOf { ...F${at + 1} } }`,
    );
    expect(refusedBy(`{ job(id: "x") { ...F0 } } ${fragments} fragment F25 on Job { id }`)).toEqual([
      expect.stringMatching(/fields/),
    ]);
    expect(refusedBy('{ job(id: "x") { ...F } } fragment F on Job { ...F id }')).toEqual([]);
  });

  it('is refused over every transport, before any of it is executed', async () => {
    const world = await openWorld();
    const token = await tokenOf({ env: 'test' }, '2027-01-01T00:00:00Z');
    const query = `mutation { ${many(6, (at) => `a${at}: generateVideo { __typename }`)} }`;
    const refused = [
      { message: 'One operation may ask for at most 5 videos.', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ];
    expect(await request(world, query, {}, token)).toMatchObject({ errors: refused });
    const socket = await openConnection(world, token);
    socket.send(subscribeMessage('1', query));
    expect(await socket.next()).toMatchObject({ type: 'error', payload: refused });
    socket.close();
    expect(world.calls.get('gateway.generateVideo') ?? 0).toBe(0);
  });
});

describe('an error', () => {
  it.each([
    ['{ jbos { totalCount } }', {}],
    ['{ jobs { totalCont } }', {}],
    ['query ($s: JobStats) { jobs { totalCount } }', {}],
    ['{ jobs(frist: 1) { totalCount } }', {}],
    ['query ($f: JobFilter) { jobs(filter: $f) { totalCount } }', { f: { status: ['PENDNG'] } }],
    ['{ jobs(filter: { status: PENDNG }) { totalCount } }', {}],
    ['{ viewer }', {}],
  ])(
    'suggests what may have been meant, as introspection is open, and contains no stack: %s',
    async (query, variables) => {
      const world = await openWorld();
      const token = await tokenOf({ env: 'test' }, '2027-01-01T00:00:00Z');
      const { errors } = await request(world, query, variables, token);
      expect(JSON.stringify(errors)).toMatch(/Did you mean/);
      expect(JSON.stringify(errors)).not.toMatch(/stack|at .*\.[jt]s:\d/);
    },
  );

  it.each([
    ['{ jobs(filter: { status: DONE }) { totalCount } }', {}],
    ['query ($f: JobFilter) { jobs(filter: $f) { totalCount } }', { f: { status: ['DONE'] } }],
    ['{ jobs(filter: { status: 3 }) { totalCount } }', {}],
    ['query ($f: JobFilter) { jobs(filter: $f) { totalCount } }', { f: { status: [3] } }],
    ['{ jobs(filter: { status: "x" }) { totalCount } }', {}],
    ['{ jobs(filter: { status: PROCESSED }) { totalCount } }', {}],
    ['query ($f: JobFilter) { jobs(filter: $f) { totalCount } }', { f: { status: ['PENDIN'] } }],
  ])('about a value that an enum does not have lists those that it has: %s', async (query, variables) => {
    const token = await tokenOf({ env: 'test' }, '2027-01-01T00:00:00Z');
    const ask = async (world: Awaited<ReturnType<typeof openWorld>>) =>
      (await request(world, query, variables, token)).errors[0].message;
    const values = 'Its values are PENDING, QUEUED, PROCESSING, COMPLETED, FAILED and CANCELED.';
    expect(await ask(await openWorld())).toMatch(new RegExp(`JobStatus.*[.?] ${values}$`));
    expect(await ask(await openWorld({ trustedDocuments: new Map([['a', query]]) }))).not.toContain('values are');
  });

  it.each([
    ['a field', '{ jbos { totalCount } }', {}, { line: 1, column: 3 }],
    [
      'a variable',
      'query ($f: JobFilter) { jobs(filter: $f) { totalCount } }',
      { f: { status: ['x'] } },
      { line: 1, column: 8 },
    ],
    ['a resolver’s refusal', '{ jobs(after: "nonsense") { totalCount } }', {}, { line: 1, column: 3 }],
  ])('names the place in the document that it concerns: %s', async (_, query, variables, place) => {
    const world = await openWorld();
    const token = await tokenOf({ env: 'test' }, '2027-01-01T00:00:00Z');
    const { errors } = await request(world, query, variables, token);
    expect(errors).toMatchObject([{ locations: [place] }]);
  });

  it('suggests nothing where only known documents may run', async () => {
    const query = 'query ($f: JobFilter) { jobs(filter: $f) { totalCount } }';
    const world = await openWorld({ trustedDocuments: new Map([['a', query]]) });
    const token = await tokenOf({ env: 'test' }, '2027-01-01T00:00:00Z');
    const { errors } = await request(world, query, { f: { status: ['PENDNG'] } }, token);
    expect(errors.length).toBe(1);
    expect(JSON.stringify(errors)).not.toMatch(/Did you mean/);
  });
});
