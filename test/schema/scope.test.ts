import {
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isIntrospectionType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { decisionOf } from '../../schema/access.ts';
import { createBuilder } from '../../schema/builder.ts';
import { guarded } from '../../schema/guard.ts';
import { createSchema } from '../../schema/index.ts';
import { type Access, allScopes, type Scope } from '../../src/domain/access.ts';
import type { Viewer } from '../../src/gateway/gateway.ts';
import { ada, codesOf, opaque, run, sampleAccount, uuidOf, watch } from './world.ts';

type Place = { readonly name: string; readonly field: GraphQLField<unknown, unknown>; readonly type: string };

/** Every field of every type. */
function placesOf(schema: GraphQLSchema): readonly Place[] {
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => !isIntrospectionType(type))
    .flatMap((type) =>
      Object.values(type.getFields()).map((field) => ({ name: `${type.name}.${field.name}`, field, type: type.name })),
    );
}

const places = placesOf(createSchema());

function narrowed(scopes: readonly Scope[], patch: Partial<Access> = {}, roles: readonly string[] = []): Viewer {
  return { ...ada, roles, access: { scopes, jobIds: null, spending: null, ...patch } };
}

/** Calls a field's own guard for a viewer. Returns the code of the refusal, or null if the guard lets the viewer through. */
async function keptFrom({ field }: Place, viewer: Viewer | null): Promise<unknown> {
  const { resolve, subscribe = resolve } = field;
  const call: GraphQLFieldResolver<unknown, unknown> = subscribe ?? (() => null);
  try {
    await call({}, {}, { viewer, gateway: {} }, {} as never);
    return null;
  } catch (error) {
    // There is no gateway behind the guard, so any other error means that the guard let the viewer through.
    const { code } = (error as { extensions?: { code?: unknown } }).extensions ?? {};
    return code === 'FORBIDDEN' || code === 'UNAUTHENTICATED' ? code : null;
  }
}

describe('every field', () => {
  it('has a rule for who may see it; a schema with a field without one cannot be built', async () => {
    const drawn = places.map(({ name, field, type }) => {
      const { needs, allJobs } = decisionOf(type, field.name);
      return `${name.padEnd(45)} ${needs}${allJobs === true ? ', all jobs' : ''}\n`;
    });
    await expect(drawn.join('')).toMatchFileSnapshot('access.txt');
    const builder = createBuilder();
    builder.queryType({ fields: (t) => ({ forgotten: t.int({ resolve: () => 1 }) }) });
    expect(() => guarded(builder.toSchema())).toThrow('does not say who may see Query.forgotten');
  });

  it.each(places)('$name is refused to viewers who lack what it needs, and to nobody else', async (place) => {
    const { needs, allJobs = false } = decisionOf(place.type, place.field.name);
    expect(await keptFrom(place, null)).toBe(needs === 'open' ? null : 'UNAUTHENTICATED');
    for (const scope of [...allScopes, null]) {
      const viewer = narrowed(scope === null ? [] : [scope], {}, ['admin']);
      const suffices =
        needs === 'open' ||
        needs === 'signedIn' ||
        scope === needs ||
        scope === 'admin' ||
        (scope === 'jobs:write' && needs === 'jobs:read');
      expect(await keptFrom(place, viewer)).toBe(suffices ? null : 'FORBIDDEN');
    }
    expect(await keptFrom(place, { ...ada, roles: [] })).toBe(needs === 'admin' ? 'FORBIDDEN' : null);
    expect(await keptFrom(place, { ...ada, roles: ['admin'] })).toBe(null);
    // Scopes only ever narrow access.
    expect(await keptFrom(place, narrowed(['admin', 'jobs:read']))).toBe(
      ['admin', 'jobs:write', 'credits:read'].includes(needs)
        ? 'FORBIDDEN'
        : await keptFrom(place, narrowed(['jobs:read'])),
    );
    const bound = narrowed(['jobs:write', 'credits:read'], { jobIds: [uuidOf(1)] });
    expect(await keptFrom(place, bound)).toBe(allJobs || needs === 'admin' ? 'FORBIDDEN' : null);
  });
});

describe('a mutation whose result the caller may not see', () => {
  const generate = 'mutation { generateVideo { __typename ... on GenerateVideoSuccess { job { id } %s } } }';
  const gateway = {
    generateVideo: () => Promise.reject(new Error('It must not come to this.')),
  };

  it.each([
    generate.replace('%s', 'account { balance }'),
    generate.replace('%s', '...F') +
      ' fragment F on GenerateVideoSuccess { account { ...G } } fragment G on CreditAccount { held }',
    generate.replace('%s', '... { account { __typename } }'),
  ])('is not executed: %s', async (source) => {
    const result = await run(source, { gateway, viewer: narrowed(['jobs:write']) });
    expect(codesOf(result)).toEqual(['FORBIDDEN']);
  });

  it.each([
    'grantCredits(input: { userId: "u", credits: 1, reason: "r" }) { __typename }',
    'refundJob(id: "x", reason: "r") { __typename }',
    '... { revokeApiKey(id: "x") { __typename } }',
    'retry: retryJob(id: "x") { ... on GenerateVideoSuccess { account { held } } }',
  ])('keeps the mutations before it from running, because it empties their response: %s', async (second) => {
    const source = `mutation { generateVideo { __typename } ${second} }`;
    const viewers = [narrowed(['jobs:write']), ...(second.startsWith('retry') ? [] : [ada])];
    for (const viewer of viewers) expect(codesOf(await run(source, { gateway, viewer }))).toEqual(['FORBIDDEN']);
  });

  it('does not matter if it is skipped', async () => {
    const generated = { kind: 'generated', replayed: true } as never;
    const source = `mutation ($no: Boolean = false) { generateVideo { ... on GenerateVideoSuccess { replayed } }
      revokeApiKey(id: "x") @include(if: $no) { __typename } ... @skip(if: true) { b: revokeApiKey(id: "x") { __typename } } }`;
    const result = await run(source, { gateway: { generateVideo: async () => generated } });
    expect(result).toEqual({ data: { generateVideo: { replayed: true } } });
  });

  it('is executed if the caller may see all of it', async () => {
    const generated = { kind: 'generated', replayed: false, account: async () => sampleAccount(), job: null } as never;
    const options = { gateway: { generateVideo: async () => generated } };
    const source = 'mutation { generateVideo { ... on GenerateVideoSuccess { replayed account { balance } } } }';
    for (const viewer of [ada, narrowed(['jobs:write', 'credits:read'])]) {
      expect(await run(source, { ...options, viewer })).toEqual({
        data: { generateVideo: { replayed: false, account: { balance: 1000 } } },
      });
    }
    const replayed = await run('mutation { generateVideo { ... on GenerateVideoSuccess { replayed } } }', {
      ...options,
      viewer: narrowed(['jobs:write']),
    });
    expect(replayed).toEqual({ data: { generateVideo: { replayed: false } } });
  });
});

describe('a subscription', () => {
  it.each([
    ['jobUpdated(id: "x") { id }', 'credits:read'],
    ['jobEvents { __typename }', 'credits:read'],
    ['accountUpdated { id }', 'jobs:write'],
  ] as const)('does not start without its scope: %s', async (field, scope) => {
    const refused = await watch(`subscription { ${field} }`, { viewer: narrowed([scope]) });
    expect(refused).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  });

  it('does not start if the caller may not see something below it', async () => {
    const source = 'subscription { accountUpdated { ledger { edges { node { job { id } } } } } }';
    expect(await watch(source, { viewer: narrowed(['credits:read']) })).toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
  });
});

describe('a query', () => {
  it('returns what the caller may see, with an error for the rest', async () => {
    const source = '{ viewer { userId scopes account { balance } } }';
    const refused = await run(source, { viewer: narrowed(['jobs:read']) });
    expect(codesOf(refused)).toEqual(['FORBIDDEN']);
    expect(refused.data).toEqual({ viewer: { userId: 'ada', scopes: ['JOBS_READ'], account: null } });
    const result = await run('{ viewer { userId scopes roles } }', { viewer: narrowed(['jobs:write']) });
    expect(result).toEqual({ data: { viewer: { userId: 'ada', scopes: ['JOBS_READ', 'JOBS_WRITE'], roles: [] } } });
  });

  it.each([
    ['jobs { nodes { id } }', []],
    ['quote { credits }', []],
    ['operations { environment }', ['jobs:read']],
    ['apiKeys { nodes { id } }', ['jobs:read']],
    ['jobs(first: 101) { nodes { id } }', ['jobs:read']],
    ['jobs(after: "x") { nodes { id } }', ['jobs:read']],
  ] as const)('keeps the other fields if %s is refused', async (field, scopes) => {
    const result = await run(`{ refused: ${field} viewer { userId } }`, { viewer: narrowed(scopes) });
    expect(result.data).toEqual({ refused: null, viewer: { userId: 'ada' } });
    expect(result.errors?.map(({ path }) => path)).toEqual([['refused']]);
  });

  it.each([
    'lossJobs(first: 101) { jobId }',
    'troubledJobs(first: -1) { jobId }',
    'accounts(after: "?") { nodes { id } }',
  ])('keeps the rest of operations if %s is refused', async (field) => {
    const result = await run(`{ operations { environment refused: ${field} } }`, {
      viewer: { ...ada, roles: ['admin'] },
    });
    expect(result.data).toEqual({ operations: { environment: 'TEST', refused: null } });
    expect(codesOf(result)).toEqual(['BAD_USER_INPUT']);
  });

  it('can be refused only in fields that may be null', () => {
    const roots = ['Query', 'Mutation', 'Subscription'];
    const refusable = places.filter(({ type, field }) => {
      const { needs } = decisionOf(type, field.name);
      if (needs === 'open' || needs === 'signedIn') return false;
      return roots.includes(type) ? type === 'Query' : needs !== decisionOf(type, '').needs;
    });
    const empties = refusable.filter(({ field }) => isNonNullType(field.type)).map(({ name }) => name);
    // The first empties only the quote. The second is checked before the mutation runs. The third was promised as it is.
    expect(empties.toSorted()).toEqual(['GenerateVideoSuccess.account', 'Query.webhookEndpoints', 'Quote.affordable']);
  });

  it('finds through node(id) only what the scopes allow', async () => {
    const gateway = { account: async () => sampleAccount(), job: async () => null };
    const [accountId, jobId] = [opaque(`CreditAccount:${uuidOf(0xa)}`), opaque(`Job:${uuidOf(1)}`)];
    const source = `{ account: node(id: "${accountId}") { id } job: node(id: "${jobId}") { id } }`;
    const result = await run(source, { gateway, viewer: narrowed(['jobs:read']) });
    expect(codesOf(result)).toEqual(['FORBIDDEN']);
    expect(result.data).toEqual({ account: null, job: null });
  });
});
