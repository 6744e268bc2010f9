import { buildSchema, execute, type GraphQLFieldResolver, type GraphQLSchema, isObjectType, parse } from 'graphql';
import { expect, test } from 'vitest';
import { createSchema } from '../../schema/index.ts';
import { createExecute } from '../../src/server/graphql/execute.ts';

/** A schema with resolvers by `Type.field`. */
function schemaOf(sdl: string, resolvers: Record<string, GraphQLFieldResolver<unknown, unknown>>): GraphQLSchema {
  const schema = buildSchema(sdl);
  for (const [name, resolve] of Object.entries(resolvers)) {
    const [typeName = '', fieldName = ''] = name.split('.');
    const type = schema.getType(typeName);
    const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
    (field ?? expect.fail(name)).resolve = resolve;
  }
  return schema;
}

const things = `
  interface Thing { name: String }
  type Stone implements Thing { name: String! weight: Int }
  type Query { stone(name: String, at: Int): Stone things: [Thing] later: Thing lost: Thing }
  type Mutation { count: Int }
  type Subscription { stone: Stone }`;

test('text in a document never becomes code', async () => {
  const marked = '__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74dglobalThis.hacked=1';
  const names: unknown[] = [];
  const schema = schemaOf(things, { 'Query.stone': (_, { name }) => void names.push(name) });
  const run = createExecute(schema, 0);
  for (const query of [
    `{ stone(name: "${marked}") { name } }`,
    `{ stone(name: """${marked}""") { name } }`,
    `query ($name: String = "${marked}") { stone(name: $name) { name } }`,
  ]) {
    await run({ schema, document: parse(query) });
  }
  const document = parse('query ($name: String) { stone(name: $name) { name } }');
  await run({ schema, document, variableValues: { name: marked } });
  expect(names).toEqual([marked, marked, marked, marked]);
  expect(globalThis).not.toHaveProperty('hacked');
});

test('a program whose conditions could be confused with another document’s is not kept', async () => {
  const schema = schemaOf(things, { 'Query.stone': () => ({ name: 'granite', weight: 1 }) });
  const run = createExecute(schema, 0);
  const query = `
    query A($x: Boolean!) { stone { ...S @include(if: $x) ...S } }
    query B { stone { ...S } }
    fragment S on Stone { name }`;
  const document = parse(query);
  for (const operationName of ['A', 'B', 'A']) {
    const args = { schema, document, operationName, variableValues: { x: false } };
    expect(JSON.stringify(await run(args))).toBe(JSON.stringify(await execute(args)));
  }
});

test('an error behind a promise gives the same result as in graphql-js, and crashes nothing', async () => {
  const broken = {
    get name(): string {
      throw new Error('The stone broke.');
    },
    __typename: 'Stone',
  };
  const schema = schemaOf(things, {
    'Query.stone': async () => broken,
    'Query.things': async () => [{ name: 'one', __typename: 'Stone' }, { name: 'two' }, { __typename: 'Nope' }, 7],
    'Query.later': async () => ({ __typename: 'Stone', name: async () => 'granite', weight: () => Promise.resolve(2) }),
    'Query.lost': async () => ({
      get __typename(): string {
        throw new Error('The type is lost.');
      },
    }),
  });
  const run = createExecute(schema, 0);
  for (const query of [
    '{ stone { name weight } }',
    '{ things { __typename name } }',
    '{ later { name ... on Stone { weight } } }',
    '{ lost { name } }',
    '{ stone { weight } later { name } lost { name } things { name } }',
  ]) {
    const args = { schema, document: parse(query) };
    expect(JSON.stringify(await run(args)), query).toBe(JSON.stringify(await execute(args)));
  }
});

test('execution is synchronous if every resolver is', () => {
  const schema = schemaOf(things, { 'Query.stone': () => ({ name: 'granite' }) });
  const run = createExecute(schema, 0);
  expect(run({ schema, document: parse('{ stone { name } }') })).toEqual({ data: { stone: { name: 'granite' } } });
});

test('a query with errors is executed a second time by graphql-js, a mutation only once', async () => {
  let [reads, writes] = [0, 0];
  const schema = schemaOf(things, {
    'Query.stone': () => {
      reads += 1;
      throw new Error('There is none.');
    },
    'Mutation.count': () => {
      writes += 1;
      throw new Error('It is not counted.');
    },
  });
  const run = createExecute(schema, 0);
  const result = await run({ schema, document: parse('{ stone { name } }') });
  expect(result.errors?.[0]?.locations).toEqual([{ line: 1, column: 3 }]);
  expect(reads).toBe(2);
  await run({ schema, document: parse('mutation { count }') });
  expect(writes).toBe(1);
});

test('a repeated operation is compiled, each operation of a document separately', async () => {
  const paths: unknown[] = [];
  const schema = schemaOf(things, { 'Query.stone': (...[, , , { path }]) => void paths.push('typename' in path) });
  const run = createExecute(schema, 2);
  const document = parse('query A { stone { name } } query B { stone { name } }');
  for (const operationName of ['A', 'B', 'A', 'A', 'B', 'A']) await run({ schema, document, operationName });
  // Only graphql-js adds the type to an error path.
  expect(paths).toEqual([true, true, true, false, true, false]);
});

test('a limited number of programs is kept: the most recently used', () => {
  let isCompiled = false;
  const schema = schemaOf(things, {
    'Query.stone': (...[, , , { path }]) => {
      isCompiled = !('typename' in path);
    },
  });
  const run = createExecute(schema, 1);
  const documents = Array.from({ length: 202 }, (_, at) => parse(`{ stone(at: ${at}) { name } }`));
  const runOne = (at: number) => {
    expect(run({ schema, document: documents[at] ?? expect.fail() })).not.toBeInstanceOf(Promise);
    return isCompiled;
  };
  for (const at of documents.keys()) {
    expect(runOne(at)).toBe(false);
    expect(runOne(at)).toBe(true);
    expect(runOne(0)).toBe(true);
  }
  // Two more than the limit.
  expect([0, 3, 201].map(runOne)).toEqual([true, true, true]);
  expect(runOne(1)).toBe(false);
  expect(runOne(2)).toBe(false);
});

test('programs keep resolvers with similar names apart', () => {
  const schema = createSchema();
  const names: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    expect(type.name).toMatch(/^[A-Z][A-Za-z0-9]*$/);
    // The resolvers differ by a value alone, which is all that a program knows of them.
    expect(type.isTypeOf ?? null).toBeNull();
    for (const { name } of Object.values(type.getFields())) {
      expect(name).toMatch(/^(?!idx\d)[a-z][A-Za-z0-9]*$/);
      names.push(`${type.name}${name}`);
    }
  }
  expect(new Set(names).size).toBe(names.length);
});
