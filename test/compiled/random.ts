import fc from 'fast-check';
import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isUnionType,
} from 'graphql';

/** The variables that operations use. */
const variables = {
  job: 'ID!',
  ids: '[ID!]!',
  two: 'Int = 2',
  after: 'String',
  x: 'Boolean!',
};

const given: Readonly<Record<string, string>> = {
  id: 'id: $job',
  ids: 'ids: $ids',
  first: 'first: $two',
  after: 'after: $after',
};

const levels = 4;

/**
 * Random queries, or operations on one event of a subscription's field: up to four fields deep, with aliases, fragments of both kinds and
 * some conditions. Not all are valid.
 */
export function operationsOf(schema: GraphQLSchema, event: string | null): fc.Arbitrary<string> {
  // The choices, one after another.
  return fc.array(fc.nat(9999), { minLength: 40, maxLength: 200 }).map((choices) => {
    let at = 0;
    return write(schema, event, (of) => (choices[at++ % choices.length] ?? 0) % of);
  });
}

function write(schema: GraphQLSchema, event: string | null, choose: (of: number) => number): string {
  const fragments: string[] = [];

  function setOf(type: GraphQLCompositeType, depth: number): string {
    const selections = Array.from({ length: 1 + choose(5) }, () =>
      depth > 0 && choose(4) === 0 ? fragmentOf(type, depth) : anyFieldOf(type, depth),
    );
    return `{ ${selections.join(' ')} }`;
  }

  function anyFieldOf(type: GraphQLCompositeType, depth: number): string {
    const fields = isUnionType(type) ? [] : Object.values(type.getFields());
    const field = fields[choose(fields.length + 1)];
    return field === undefined ? '__typename' : fieldOf(field, depth);
  }

  function fieldOf(field: GraphQLField<unknown, unknown>, depth: number): string {
    const below = getNamedType(field.type);
    if (isCompositeType(below) && depth === 0) return '__typename';
    const alias = choose(4) === 0 ? `${field.name}${choose(2)}: ` : '';
    // The same alias and arguments for the same field, so that fields of one name can be merged.
    const args = field.args.flatMap(({ name }) => given[name] ?? []).join(', ');
    const head = `${alias}${field.name}${args === '' ? '' : `(${args})`}${depth === levels ? '' : condition()}`;
    return isCompositeType(below) ? `${head} ${setOf(below, depth - 1)}` : head;
  }

  function fragmentOf(type: GraphQLCompositeType, depth: number): string {
    const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [type, ...type.getInterfaces()];
    const on = possible[choose(possible.length)] ?? type;
    const set = setOf(on, depth - 1);
    if (choose(2) === 0) return `... on ${on.name}${condition()} ${set}`;
    const name = `F${fragments.length}`;
    fragments.push(`fragment ${name} on ${on.name} ${set}`);
    return `...${name}${condition()} ...${name}`;
  }

  function condition(): string {
    return choose(60) === 0 ? ` @${choose(2) === 0 ? 'include' : 'skip'}(if: $x)` : '';
  }

  const root = event === null ? schema.getQueryType() : schema.getSubscriptionType();
  const field = event === null ? undefined : root?.getFields()[event];
  const set = field !== undefined ? `{ ${fieldOf(field, levels)} }` : root ? setOf(root, levels) : '';
  const body = [set, ...fragments].join(' ');
  const used = Object.entries(variables).filter(([name]) => body.includes(`$${name}`));
  const header = used.length === 0 ? '' : `(${used.map(([name, type]) => `$${name}: ${type}`).join(', ')})`;
  return `${event === null ? 'query' : 'subscription'} ${header} ${body}`;
}
