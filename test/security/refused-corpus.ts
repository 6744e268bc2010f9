/** An operation as clients send it. */
type Body = {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
};

const job = 'Sm9iOjAxOTAwMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMQ';

const deep = (depth: number): unknown => (depth === 0 ? 1 : { deeper: deep(depth - 1) });

/** Operations that must be refused with a code of their own, each because of what its name says. */
export const refused: readonly (readonly [string, Body])[] = [
  ['@skip at the root of a subscription', { query: 'subscription { jobEvents @skip(if: false) { __typename } }' }],
  ['@skip(if: true) there', { query: 'subscription { jobEvents @skip(if: true) { __typename } }' }],
  ['@include(if: false) there', { query: 'subscription { jobEvents @include(if: false) { __typename } }' }],
  [
    '@skip with a variable there',
    { query: 'subscription ($x: Boolean!) { jobEvents @skip(if: $x) { __typename } }', variables: { x: true } },
  ],
  [
    '@skip with a missing variable there',
    { query: 'subscription ($x: Boolean!) { jobEvents @skip(if: $x) { __typename } }' },
  ],
  [
    '@include with an undefined variable there',
    { query: 'subscription { jobEvents @include(if: $x) { __typename } }' },
  ],
  ['@include with a wrong value there', { query: 'subscription { jobEvents @include(if: "no") { __typename } }' }],
  ['@include without a value there', { query: 'subscription { jobEvents @include { __typename } }' }],
  [
    '@include on a fragment at the root',
    {
      query:
        'subscription ($x: Boolean = false) { ...F @include(if: $x) } fragment F on Subscription { jobEvents { __typename } }',
    },
  ],
  [
    '@skip on an inline fragment at the root',
    { query: 'subscription { ... @skip(if: true) { jobEvents { __typename } } }' },
  ],
  [
    '@skip inside a fragment at the root',
    {
      query:
        'subscription { ...F } fragment F on Subscription { ... on Subscription { jobEvents @skip(if: true) { __typename } } }',
    },
  ],
  ['a fragment of another type at the root', { query: 'subscription { ... on Query { __typename } }' }],
  [
    'a spread of another type at the root',
    { query: 'subscription { ...F } fragment F on Query { viewer { userId } }' },
  ],
  ['an unknown fragment at the root', { query: 'subscription { ...F }' }],
  ['a fragment in a circle at the root', { query: 'subscription { ...F } fragment F on Subscription { ...F }' }],
  ['introspection at the root of a subscription', { query: 'subscription { __typename }' }],
  ['aliased introspection there', { query: 'subscription { x: __typename }' }],
  ['__schema there', { query: 'subscription { __schema { queryType { name } } }' }],
  ['two fields at the root', { query: 'subscription { jobEvents { __typename } accountUpdated { held } }' }],
  ['one field under two names', { query: 'subscription { a: jobEvents { __typename } b: jobEvents { __typename } }' }],
  ['one field and introspection', { query: 'subscription { jobEvents { __typename } __typename }' }],
  ['@defer', { query: '{ viewer { ... @defer { userId } } }' }],
  ['@defer at the root of a subscription', { query: 'subscription { ... @defer { jobEvents { __typename } } }' }],
  ['@stream', { query: '{ jobs { edges @stream(initialCount: 1) { cursor } } }' }],
  ['@skip twice', { query: '{ viewer @skip(if: false) @skip(if: false) { userId } }' }],
  ['an unknown directive on a subscription', { query: 'subscription @live { jobEvents { __typename } }' }],
  ['@oneOf on a query', { query: 'query @oneOf { viewer { userId } }' }],
  ['@deprecated in a query', { query: '{ viewer @deprecated { userId } }' }],
  [
    '@specifiedBy on a variable',
    { query: 'query ($a: Int @specifiedBy(url: "x")) { jobs(first: $a) { totalCount } }' },
  ],
  ['a missing variable', { query: 'query ($id: ID!) { job(id: $id) { id } }' }],
  ['a missing variable of a subscription', { query: 'subscription ($id: ID!) { jobUpdated(id: $id) { id } }' }],
  [
    'a null variable of a subscription',
    { query: 'subscription ($id: ID!) { jobUpdated(id: $id) { id } }', variables: { id: null } },
  ],
  [
    'a variable of a wrong type',
    { query: 'subscription ($id: ID!) { jobUpdated(id: $id) { id } }', variables: { id: { a: 1 } } },
  ],
  [
    'a cursor of a wrong type',
    { query: 'subscription ($after: String) { jobEvents(after: $after) { __typename } }', variables: { after: 7 } },
  ],
  ['a list for an Int', { query: 'query ($n: Int) { jobs(first: $n) { totalCount } }', variables: { n: [1] } }],
  ['an Int that is too large', { query: 'query ($n: Int) { jobs(first: $n) { totalCount } }', variables: { n: 1e30 } }],
  ['a literal Int that is too large', { query: '{ jobs(first: 99999999999) { totalCount } }' }],
  [
    'an unknown input field',
    {
      query: 'mutation ($i: GenerateVideoInput!) { generateVideo(input: $i) { __typename } }',
      variables: { i: { nope: 1 } },
    },
  ],
  [
    'an unknown enum value',
    {
      query: 'mutation ($i: GenerateVideoInput!) { generateVideo(input: $i) { __typename } }',
      variables: { i: { aspectRatio: 'WIDE' } },
    },
  ],
  [
    'an input object nested too deeply',
    {
      query: 'mutation ($i: GenerateVideoInput!) { generateVideo(input: $i) { __typename } }',
      variables: { i: deep(3000) },
    },
  ],
  [
    'a string for an input object',
    { query: 'mutation ($i: GenerateVideoInput!) { generateVideo(input: $i) { __typename } }', variables: { i: 'x' } },
  ],
  ['a variable of an unknown type', { query: 'query ($a: Nope) { jobs(first: $a) { totalCount } }' }],
  ['a variable of an output type', { query: 'query ($a: Job) { node(id: $a) { id } }' }],
  ['a nullable variable for a non-null position', { query: 'query ($a: ID) { job(id: $a) { id } }' }],
  ['a variable that is defined twice', { query: 'query ($a: ID!, $a: ID!) { job(id: $a) { id } }' }],
  ['a variable that is not used', { query: 'query ($a: ID) { viewer { userId } }' }],
  [
    'a variable named __proto__ without a value',
    { query: 'query ($__proto__: ID!) { job(id: $__proto__) { id } }', variables: {} },
  ],
  [
    'a variable named constructor without a value',
    { query: 'query ($constructor: ID!) { job(id: $constructor) { id } }', variables: {} },
  ],
  [
    'a variable named toString without a value',
    { query: 'subscription ($toString: ID!) { jobUpdated(id: $toString) { id } }' },
  ],
  ['an operation name that is not there', { query: 'query A { viewer { userId } }', operationName: 'B' }],
  ['an operation name that objects have', { query: 'query A { viewer { userId } }', operationName: '__proto__' }],
  [
    'two operations without a name',
    { query: 'query A { viewer { userId } } subscription B { jobEvents { __typename } }' },
  ],
  ['two anonymous operations', { query: '{ viewer { userId } } { viewer { userId } }' }],
  [
    'two operations with one name',
    { query: 'query A { viewer { userId } } query A { viewer { userId } }', operationName: 'A' },
  ],
  ['no operation', { query: 'fragment F on Job { id }' }],
  ['a type definition', { query: '{ viewer { userId } } type A { a: Int }' }],
  ['only a type definition', { query: 'type A { a: Int }' }],
  ['a schema extension', { query: '{ viewer { userId } } extend schema { query: A }' }],
  ['an empty document', { query: '' }],
  ['only a comment', { query: '# nothing' }],
  ['an empty selection', { query: 'subscription { }' }],
  ['a control character', { query: '{ viewer { user\u0000Id } }' }],
  ['an unfinished string', { query: '{ job(id: "' }],
  ['a lone surrogate', { query: '{ job(id: "\ud800") { id } }' }],
  ['a wrong escape', { query: '{ job(id: "\\u{110000}") { id } }' }],
  ['a fragment that spreads itself', { query: '{ viewer { ...F } } fragment F on Viewer { ...F }' }],
  [
    'fragments in a circle',
    { query: '{ viewer { ...F } } fragment F on Viewer { ...G } fragment G on Viewer { ...F }' },
  ],
  ['a fragment on a scalar', { query: '{ viewer { userId { ... on String { x } } } }' }],
  ['a fragment on an input type', { query: '{ ... on GenerateVideoInput { prompt } }' }],
  ['a fragment on an unknown type', { query: '{ ... on Nope { x } }' }],
  ['a field of a union', { query: 'subscription { jobEvents { cursor } }' }],
  ['fields that clash', { query: '{ viewer { a: userId a: environment } }' }],
  ['no selection below an object', { query: 'subscription { jobEvents }' }],
  ['a selection below a scalar', { query: '{ viewer { userId { x } } }' }],
  ['an argument that is not there', { query: 'subscription { jobEvents(before: "x") { __typename } }' }],
  ['an argument given twice', { query: `subscription { jobUpdated(id: "${job}", id: "${job}") { id } }` }],
  ['a missing argument', { query: 'subscription { jobUpdated { id } }' }],
  ['null for a non-null argument', { query: 'subscription { jobUpdated(id: null) { id } }' }],
  ['an object for an ID', { query: 'subscription { jobUpdated(id: {a: 1}) { id } }' }],
  [
    'an input field given twice',
    { query: 'mutation { generateVideo(input: {prompt: "a", prompt: "b"}) { __typename } }' },
  ],
  ['a job that is not there', { query: 'subscription { jobUpdated(id: "nope") { id } }' }],
  ['too many tokens', { query: `{ viewer { ${'userId '.repeat(4000)} } }` }],
  ['brackets nested too deeply', { query: '{ a '.repeat(101) + '}'.repeat(101) }],
  ['lists nested too deeply', { query: `{ job(id: ${'['.repeat(101)}${']'.repeat(101)}) { id } }` }],
  ['too many directives', { query: `{ viewer { userId ${'@skip(if: false) '.repeat(51)} } }` }],
  [
    'a condition of null below the root of a subscription',
    { query: 'subscription ($x: Boolean = true) { accountUpdated { held @include(if: $x) } }', variables: { x: null } },
  ],
  [
    'a mutation that is conditional and lacks its variable',
    { query: 'mutation ($x: Boolean!) { cancelJob(id: "x") @skip(if: $x) { __typename } }' },
  ],
];

/** Operations that run, and whose result has an error with a code, each because of what its name says. */
export const partial: readonly (readonly [string, Body])[] = [
  [
    'a condition of null at the root of a query',
    { query: 'query ($x: Boolean = true) { viewer @skip(if: $x) { userId } }', variables: { x: null } },
  ],
  [
    'a condition of null below the root',
    { query: 'query ($x: Boolean = true) { viewer { userId @skip(if: $x) } }', variables: { x: null } },
  ],
];
