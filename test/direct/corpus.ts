import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getIntrospectionQuery } from 'graphql';
import { projectRoot } from '../../src/lib/package.ts';
import { operations } from '../client/operations.ts';

/** The body of a request: an object is sent as JSON, a string unchanged. */
export type Body = object | string;

/** The ids of an existing job, another user's job, and a missing one. */
export type Ids = { readonly job: string; readonly theirs: string; readonly none: string };

/** A request that both servers get. */
export function corpusOf(ids: Ids): readonly Body[] {
  return [...documented(ids), ...valid(ids), ...refused(ids), ...malformed];
}

/** Every operation of docs/api.md and of the client tests, with meaningful variables. */
function documented({ job }: Ids): Body[] {
  const text = readFileSync(join(projectRoot(), 'docs/api.md'), 'utf8');
  const blocks = [...text.matchAll(/```graphql\n(.*?)```/gs)].map(([, block = '']) =>
    block.replaceAll('"…"', `"${job}"`),
  );
  // If a block holds several operations without names, they are sent one by one.
  const texts = blocks.flatMap((block) => block.split(/\n(?=(?:mutation|query|subscription)\b)/));
  const variables = {
    id: job,
    input: { prompt: '' },
    after: null,
    first: 2,
    filter: { status: ['PENDING', 'FAILED'] },
  };
  return [...texts, ...Object.values(operations)].map((query) => ({ query, variables }));
}

const everything = `
  id status version environment prompt aspectRatio seed externalId createdAt submittedAt startedAt finishedAt deadlineAt
  progress { fraction elapsedSeconds remainingSeconds estimatedFinishAt overdue sampleSize }
  video { url contentType expiresAt } lateVideo { url } charge { state credits } retryOf { id }
  failure { __typename code message retryable ... on ProviderError { httpStatus } ... on SubmissionUnconfirmedError { httpStatus } }
  events(first: 3) { edges { cursor node { cursor version status message occurredAt job { id } } } pageInfo { hasNextPage endCursor } }`;

function valid({ job, theirs, none }: Ids): Body[] {
  return [
    { query: '{ __typename }' },
    { query: getIntrospectionQuery() },
    { query: '{ __schema { queryType { name } } __type(name: "Job") { name kind fields { name } } }' },
    { query: `{ job(id: "${job}") { ${everything} } }` },
    { query: `query ($id: ID!) { job(id: $id) { ${everything} } }`, variables: { id: job } },
    {
      query: 'query ($id: ID!) { a: job(id: $id) { id } b: job(id: $id) { v: version s: status } }',
      variables: { id: job },
    },
    { query: `{ node(id: "${job}") { __typename id ... on Job { version } ... on CreditAccount { balance } } }` },
    { query: `{ nodes(ids: ["${job}", "${none}", "${theirs}"]) { __typename ...J } } fragment J on Job { id status }` },
    { query: `{ job(id: "${theirs}") { id } }` },
    {
      query: `{ jobs(first: 3) { totalCount nodes { ${everything} } edges { cursor } pageInfo { hasNextPage startCursor } } }`,
    },
    { query: 'query ($n: Int = 2) { jobs(first: $n) { nodes { id } } }' },
    { query: 'query ($n: Int = 2) { jobs(first: $n) { nodes { id } } }', variables: { n: null } },
    { query: 'query ($n: Int) { jobs(first: $n) { nodes { id } } }', variables: {} },
    { query: 'query ($s: [JobStatus!]) { jobs(filter: { status: $s }) { totalCount } }', variables: { s: 'FAILED' } },
    { query: 'query ($f: JobFilter) { jobs(filter: $f, last: 2) { totalCount nodes { id } } }', variables: { f: {} } },
    { query: 'query A { viewer { userId roles } } query B { quote { credits } }', operationName: 'B' },
    { query: 'query A { viewer { userId } }', operationName: null, variables: null, extensions: { a: 1 } },
    {
      query: 'query ($x: Boolean!) { viewer { userId @include(if: $x) roles @skip(if: $x) environment userId } }',
      variables: { x: false },
    },
    {
      query:
        'query ($x: Boolean!) { viewer { ...A @include(if: $x) environment userId } } fragment A on Viewer { userId }',
      variables: { x: false },
    },
    { query: '{ viewer { __proto__: userId constructor: environment toString: roles } }' },
    {
      query: `{ viewer { ...A ...B } } fragment A on Viewer { userId ...B }
        fragment B on Viewer { environment account { balance ledger { edges { node { kind credits reason job { id } } } } } }`,
    },
    {
      query: `mutation {
          a: generateVideo(input: { prompt: "" }) { __typename ... on Failure { code message } }
          b: cancelJob(id: "nope") { __typename ... on Failure { code } }
        }`,
    },
    {
      query: 'mutation ($id: ID!) { cancelJob(id: $id) { __typename ... on JobStateError { job { status } } } }',
      variables: { id: job },
    },
    {
      query: 'mutation ($id: ID!) { retryJob(id: $id) { __typename ... on Failure { code message } } }',
      variables: { id: job },
    },
    {
      query: `mutation {
          grantCredits(input: { userId: "eve", credits: 5, reason: "x", idempotencyKey: "k" }) {
            __typename ... on GrantCreditsSuccess { account { balance } }
          }
        }`,
    },
    { query: '# only a comment\n{ quote { credits affordable typicalSeconds slowSeconds } }' },
  ];
}

function refused({ job }: Ids): Body[] {
  return [
    { query: '{ jobs(first: 101) { totalCount } }' },
    { query: '{ jobs(first: 1, last: 1) { totalCount } viewer { userId } }' },
    { query: '{ jobs(after: "nonsense") { totalCount } }' },
    { query: `{ job(id: "${job}") { id events(first: -1) { edges { cursor } } } viewer { userId } }` },
    { query: '{ operations { losses { unconfirmed } } }' },
    {
      query: `mutation {
          grantCredits(input: { userId: "eve", environment: LIVE, credits: 5, reason: "x" }) { ... on Failure { code message } }
        }`,
    },
    { query: '{ viewer { userId' },
    { query: '{ viewer { nope } jobs { nope } }' },
    { query: '{ viewer }' },
    { query: 'query ($n: Int!) { jobs(first: $n) { totalCount } }' },
    { query: 'query ($n: Int!) { jobs(first: $n) { totalCount } }', variables: { n: '3' } },
    { query: 'query ($n: Int) { jobs(first: $n) { totalCount } }', variables: { n: 3.5 } },
    {
      query: 'query ($s: [JobStatus!]) { jobs(filter: { status: $s }) { totalCount } }',
      variables: { s: ['NOPE', 3] },
    },
    {
      query: 'mutation ($i: GenerateVideoInput!) { generateVideo(input: $i) { __typename } }',
      variables: { i: { seed: 'x', nope: 1 } },
    },
    { query: 'query A { viewer { userId } } query B { viewer { userId } }' },
    { query: 'query A { viewer { userId } }', operationName: 'B' },
    { query: 'fragment F on Query { viewer { userId } }' },
    { query: 'subscription { accountUpdated { balance } }' },
    { query: `subscription { jobUpdated(id: "${job}") { id } }` },
    { query: `{ ${'viewer { account { '.repeat(11)}balance${' } }'.repeat(11)} }` },
    { query: `{ ${'['.repeat(200)} }` },
    { query: `{ viewer { ${'userId '.repeat(4100)} } }` },
    { query: '{ ...F } fragment F on Query { ...F }' },
    { query: '{ apiKeys { nodes { id } } }' },
    { query: `{ ${Array.from({ length: 61 }, (_, at) => `a${at}: __typename`).join(' ')} }` },
    { query: `{ __typename ${'@include(if: true) '.repeat(51)} }` },
    {
      query: `query ($n: Int) {
          jobs(first: $n) { nodes { events(first: 100) { nodes { job { events(first: 100) { nodes { cursor } } } } } } }
        }`,
    },
    {
      query: `mutation {
        ${Array.from({ length: 6 }, (_, at) => `a${at}: generateVideo(input: { prompt: "" }) { __typename }`).join(' ')}
      }`,
    },
    { query: '' },
  ];
}

const malformed: readonly Body[] = [
  '',
  '{',
  '[]',
  '7',
  'null',
  '[{"query":"{ __typename }"}]',
  '{}',
  '{"query":null}',
  '{"query":7}',
  '{"query":"{ __typename }","variables":[]}',
  '{"query":"{ __typename }","variables":"x"}',
  '{"query":"{ __typename }","operationName":7}',
  '{"query":"{ __typename }","extensions":"x"}',
];

/** The Accept headers of known clients. */
export const accepts: readonly (string | undefined)[] = [
  undefined,
  '*/*',
  'application/json',
  'application/*',
  'application/graphql-response+json',
  'application/graphql-response+json, application/json;q=0.9',
  'application/json, application/graphql-response+json;q=0.5',
  '*/*, application/graphql-response+json;q=0.1',
  'application/graphql-response+json;q=0.2, */*;q=0.1',
  'application/json; charset=utf-8',
  'text/event-stream',
  'text/event-stream, application/json;q=0.5',
  'text/*, application/json',
  'image/png',
];
