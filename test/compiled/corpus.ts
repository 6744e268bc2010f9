import type { Ids } from '../direct/corpus.ts';

type Asked = { readonly query: string; readonly variables?: Record<string, unknown> };

/** Operations that compilers are known to get wrong, or could; `isCompiled` is the expected decision. */
export type Case = Asked & { readonly isCompiled: boolean };

const job = 'query ($id: ID!) { job(id: $id)';

const page = 'query ($first: Int) { jobs(first: $first)';

const filtered = 'query ($first: Int, $filter: JobFilter) { jobs(first: $first, filter: $filter)';

/** Operations of every shape, with meaningful and meaningless variables. */
export function shapesOf(ids: Ids): readonly Case[] {
  return [...compiled(ids), ...left(ids)];
}

function compiled({ job: id, theirs, none }: Ids): Case[] {
  const cases: Asked[] = [
    {
      query: `${job} { id ...A } } fragment A on Job { status ...B } fragment B on Job { id charge { state } }`,
      variables: { id },
    },
    {
      query: `${job} { ... { id } ... on Node { id } ... on Job { v: version version } ...N } } fragment N on Node { id }`,
      variables: { id },
    },
    {
      query: `${job} { charge { state } charge { credits state } ...C } } fragment C on Job { charge { c: credits } }`,
      variables: { id },
    },
    {
      query: 'query ($id: ID!) { constructor: job(id: $id) { toString: id hasOwnProperty: version } }',
      variables: { id },
    },
    {
      query: 'query ($id: ID!) { node(id: $id) { __typename t: __typename id ... on Job { id status } } __typename }',
      variables: { id },
    },
    {
      query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Job { version } } }',
      variables: { ids: [id, none, theirs, id] },
    },
    { query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', variables: { ids: id } },
    { query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', variables: { ids: [id, null] } },
    { query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', variables: { ids: [] } },
    { query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', variables: {} },
    { query: '{ node(id: 5) { id } job(id: 7) { id } }' },
    { query: '{ jobs(first: 2, filter: { status: FAILED }) { totalCount nodes { id failure { code } } } }' },
    {
      query:
        '{ jobs(last: 2, filter: { status: [FAILED, COMPLETED], externalId: null }) { totalCount nodes { status } } }',
    },
    {
      query:
        '{ jobs(first: null, filter: {}) { totalCount edges { cursor node { events(first: 1) { nodes: edges { node { message } } } } } } }',
    },
    { query: '{ jobs(first: -1) { totalCount } viewer { userId } }' },
    { query: 'query ($n: Int = 2) { jobs(first: $n) { nodes { id } } }' },
    { query: 'query ($n: Int = 2) { jobs(first: $n) { nodes { id } } }', variables: { n: null } },
    {
      query:
        '{ viewer { userId roles scopes account { balance ledger(first: 2) { edges { node { kind job { id } createdAt } } } } } }',
    },
    {
      query:
        '{ operations { losses { unconfirmed lateVideos } lossJobs { jobId failureCode hasLateVideo } provider { credits } } }',
    },
    { query: '{ apiKeys(first: 1) { nodes: edges { node { id } } pageInfo { endCursor } } }' },
    { query: '{ quote { credits affordable typicalSeconds slowSeconds } }' },
  ];
  const variables = [
    {},
    { first: null },
    { first: 1 },
    { first: 2.5 },
    { first: '1' },
    { first: 2 ** 31 },
    { first: -1 },
    { first: 101 },
    { first: [1] },
    { first: true },
    { nope: 1 },
    { __proto__: null, first: 1 },
  ];
  for (const each of variables)
    cases.push({ query: `${page} { totalCount nodes { id status prompt } } }`, variables: each });
  for (const each of [id, theirs, none, '', 7, 7.5, true, null, [id], { id }]) {
    cases.push({ query: `${job} { id version } }`, variables: { id: each } });
  }
  return cases.map((each) => ({ ...each, isCompiled: true }));
}

function left({ job: id, theirs }: Ids): Case[] {
  const x = (value: boolean) => ({ id, x: value, y: !value });
  const conditions = 'query ($id: ID!, $x: Boolean!, $y: Boolean!) { job(id: $id)';
  const cases: Asked[] = [
    ...[true, false].flatMap((value) => [
      {
        query: `${conditions} { id @include(if: $x) version @skip(if: $y) id status @skip(if: $x) @include(if: $y) } }`,
        variables: x(value),
      },
      {
        query: `${conditions} { ...A @include(if: $x) ...A @include(if: $y) } } fragment A on Job { id }`,
        variables: x(value),
      },
      {
        query: `${conditions} { charge @include(if: $x) { state } ... @skip(if: $x) { charge { credits } } } }`,
        variables: x(value),
      },
      { query: 'query ($x: Boolean = true) { viewer { userId @include(if: $x) roles } }', variables: { x: value } },
    ]),
    { query: '{ viewer { userId @include(if: true) roles @skip(if: true) } }' },
    { query: `{ job(id: "${id}") { id } }` },
    { query: `{ job(id: """${theirs}""") { id } }` },
    { query: 'query ($after: String = "nonsense") { jobs(after: $after) { totalCount } }' },
    { query: 'query ($a: ID!, $b: ID!) { nodes(ids: [$a, $b]) { id } }', variables: { a: id, b: theirs } },
    { query: 'query ($f: JobFilter = { status: [FAILED] }) { jobs(filter: $f) { totalCount } }' },
    { query: 'query ($s: [JobStatus!]) { jobs(filter: { status: $s }) { totalCount } }' },
    { query: 'query ($n: Int! = 2) { jobs(first: $n) { nodes { id } } }' },
    { query: '{ viewer { __proto__: userId } }' },
    { query: '{ __schema { queryType { name } } }' },
    { query: '{ a_b: viewer { c: userId } a: viewer { b_c: environment } }' },
    { query: '{ Job: viewer { userId } idx0: viewer { userId } }' },
    {
      query: `query ($id: ID!) { node(id: $id) { ${many('... on Job { failure { code } }', 40)} } }`,
      variables: { id },
    },
  ];
  for (const variables of filters) {
    cases.push({ query: `${filtered} { totalCount nodes { id status prompt } } }`, variables });
  }
  return cases.map((each) => ({ ...each, isCompiled: false }));
}

const filters: readonly Record<string, unknown>[] = [
  { filter: null },
  { filter: {} },
  { filter: [] },
  { filter: 'x' },
  { filter: { status: null } },
  { filter: { status: [] } },
  { filter: { status: 'FAILED' } },
  { filter: { status: ['FAILED', 'COMPLETED'] } },
  { filter: { status: ['NOPE'] } },
  { filter: { status: [null] } },
  { filter: { status: [['FAILED']] } },
  { filter: { nope: 1 } },
  { filter: { externalId: 7 } },
  { filter: { externalId: 'é\u2028"\\' } },
  { first: true, filter: { status: 3 } },
];

function many(selection: string, times: number): string {
  return Array.from({ length: times }, () => selection).join(' ');
}
