import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DocumentNode,
  getNamedType,
  isInterfaceType,
  isObjectType,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  isUnionType,
  parse,
  print,
  type StringValueNode,
  type TypeNode,
  type ValueNode,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSchema } from '../../schema/index.ts';
import { sdlOf } from '../../schema/sdl.ts';
import { projectRoot } from '../../src/lib/package.ts';

const root = projectRoot();

const schema = createSchema();

const served = promisesOf(parse(sdlOf(schema)));

/** The contract of version 1, and what was added to it. */
const [contract, additions] = ['contract.graphql', 'contract-next.graphql'].map((name) => ({
  name,
  text: readFileSync(join(root, 'test/schema', name), 'utf8'),
})) as [Contract, Contract];

type Contract = { readonly name: string; readonly text: string };

describe('the printed schema', () => {
  it('is what the code serves; npm run schema:print renews it', () => {
    expect(readFileSync(join(root, 'schema/schema.graphql'), 'utf8')).toBe(sdlOf(schema));
  });

  it('describes every type, field and argument', () => {
    expect([...served].filter(([, { description }]) => description === '').map(([what]) => what)).toEqual([]);
  });
});

describe('the public contract', () => {
  const promised = promisesOf(parse(contract.text));
  const added = promisesOf(parse(additions.text));
  const all = new Map([...promised, ...added]);

  // Version 1 promised that they are never null.
  const loosened = ['Query.apiKeys', 'Query.jobs', 'Query.operations', 'Query.quote', 'Viewer.account'];

  it.each([contract, additions])('has everything that clients were promised in $name', ({ name, text }) => {
    const shared = join(root, '..', 'shared', name);
    const given = promisesOf(parse(existsSync(shared) ? readFileSync(shared, 'utf8') : text));
    const missing = [...given.keys()].filter((what) => !all.has(what));
    expect(missing.filter((what) => !loosened.some((field) => what.startsWith(`${field}: `)))).toEqual([]);
  });

  it('lets these fields be null, so that a refused one leaves the rest of the response', () => {
    const types = [...served.keys()].filter((what) => loosened.some((field) => what.startsWith(`${field}: `)));
    expect(types.toSorted()).toEqual([
      'Query.apiKeys: ApiKeyConnection',
      'Query.jobs: JobConnection',
      'Query.operations: Operations',
      'Query.quote: Quote',
      'Viewer.account: CreditAccount',
    ]);
  });

  it('is kept: every type, field, argument, default, value, member and interface', () => {
    expect(promised.size).toBeGreaterThan(250);
    expect(added.size).toBeGreaterThan(200);
    expect([...all.keys()].filter((what) => !served.has(what))).toEqual([]);
  });

  it('lets a retry have a cap of its own, as a comment of the additions promises', () => {
    expect(served.has('Mutation.retryJob(maxCredits): Int')).toBe(true);
  });

  it('means what it says: every description that it has is the served one', () => {
    const worded = [...promised].filter(([, { description }]) => description !== '');
    expect(worded.filter(([what, { description }]) => served.get(what)?.description !== description)).toEqual([]);
  });

  it('is not narrowed by a new required argument or input field', () => {
    const narrowing = [...served].filter(([what, { required }]) => required && !all.has(what) && isBeside(what));
    expect(narrowing.map(([what]) => what)).toEqual([]);
  });

  /** Whether an argument or input field belongs to a field or input type of the contract. */
  function isBeside(what: string): boolean {
    const place = /^[\w.]+(?=\()|^\w+/.exec(what)?.[0];
    return [...all.keys()].some((known) => known.startsWith(`${place}:`) || known.endsWith(` ${place}`));
  }
});

describe('every connection', () => {
  const connections = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => name.endsWith('Connection'));

  it.each(connections)('$name has the same items in nodes as in edges', (connection) => {
    const fields = connection.getFields();
    const edge = getNamedType(fields['edges']?.type);
    const item = isObjectType(edge) ? getNamedType(edge.getFields()['node']?.type) : undefined;
    expect(String(fields['nodes']?.type)).toBe(`[${item?.name}!]!`);
  });
});

describe('every result union', () => {
  const results = Object.values(schema.getTypeMap())
    .filter(isUnionType)
    .filter(({ name }) => name.endsWith('Result'));

  it.each(results)('$name has one success type, and only failures beside it', (union) => {
    const failure = schema.getType('Failure');
    const others = union
      .getTypes()
      .filter((member) => !(isInterfaceType(failure) && schema.isSubType(failure, member)));
    expect(others.map(({ name }) => name)).toEqual([expect.stringMatching(/Success$/)]);
  });

  it('counts every error of the schema among the failures', () => {
    const errors = Object.values(schema.getTypeMap()).filter(isObjectType);
    const strays = errors.filter(({ name }) => name.endsWith('Error') && !failures().includes(name));
    expect(strays).toEqual([]);
  });

  function failures(): readonly string[] {
    const failure = schema.getType('Failure');
    return isInterfaceType(failure) ? schema.getImplementations(failure).objects.map(({ name }) => name) : [];
  }
});

type Promised = { readonly description: string; readonly required: boolean };

/** The promises that a document makes, each with its description, such as `Job.events(first): Int = 50` => `How many events …`. */
function promisesOf(document: DocumentNode): ReadonlyMap<string, Promised> {
  const promises = new Map<string, Promised>();
  const add = (what: string, { description }: { description?: StringValueNode | undefined }, required = false) =>
    promises.set(what, { description: (description?.value ?? '').replace(/\s+/g, ' '), required });
  const addInput = (what: string, input: InputNode) =>
    add(what + typed(input) + defaultOf(input.defaultValue), input, /!$/.test(typed(input)) && !input.defaultValue);

  for (const type of document.definitions) {
    if (!isTypeDefinitionNode(type) && !isTypeExtensionNode(type)) continue;
    const name = type.name.value;
    const described = isTypeDefinitionNode(type) ? type : {};
    if (isTypeDefinitionNode(type)) add(`${type.kind} ${name}`, type);
    if ('interfaces' in type)
      for (const face of type.interfaces ?? []) add(`${name} implements ${face.name.value}`, described);
    if ('types' in type) for (const member of type.types ?? []) add(`${name} = ${member.name.value}`, described);
    if ('values' in type) for (const value of type.values ?? []) add(`${name} = ${value.name.value}`, value);
    if (!('fields' in type)) continue;
    for (const field of type.fields ?? []) {
      const place = `${name}.${field.name.value}`;
      if (field.kind === 'InputValueDefinition') {
        addInput(place, field);
        continue;
      }
      add(place + typed(field), field);
      for (const argument of field.arguments ?? []) addInput(`${place}(${argument.name.value})`, argument);
    }
  }
  return promises;
}

type InputNode = {
  readonly type: TypeNode;
  readonly defaultValue?: ValueNode | undefined;
  readonly description?: StringValueNode | undefined;
};

function typed({ type }: { readonly type: TypeNode }): string {
  return `: ${print(type)}`;
}

function defaultOf(value: ValueNode | undefined): string {
  return value === undefined ? '' : ` = ${print(value)}`;
}
