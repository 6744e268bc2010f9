import fc from 'fast-check';
import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isUnionType,
  OperationTypeNode,
} from 'graphql';

/** The source of all choices: numbers, one after another, and 0 once they have run out. */
type Tape = (below: number) => number;

const { QUERY, MUTATION, SUBSCRIPTION } = OperationTypeNode;

const operations = [QUERY, QUERY, MUTATION, SUBSCRIPTION];

const deepest = 6;

const texts = [
  '""',
  '"x"',
  '"Sm9iOngh"',
  '"\\u0000"',
  '"\\ud800"',
  '"""\n"""',
  '"@test/fail"',
  '"2030-01-01T00:00:00Z"',
];

const numbers = ['0', '1', '-1', '101', '2147483648', '1e999', '9007199254740993', '0.5'];

/** Operations that fit a schema, or nearly, and damaged variants of them. */
export function documents(schema: GraphQLSchema): fc.Arbitrary<string> {
  const whole = fc.array(fc.nat(997), { minLength: 1, maxLength: 120 }).map((tape) => documentOf(schema, tapeOf(tape)));
  const damage = fc.record({
    at: fc.nat(2000),
    length: fc.nat(12),
    text: fc.oneof(fc.constantFrom(...scraps), fc.string()),
  });
  return fc.tuple(whole, fc.array(damage, { maxLength: 3 })).map(([text, damages]) =>
    damages.reduce((damaged, { at, length, text: scrap }) => {
      const place = at % (damaged.length + 1);
      return damaged.slice(0, place) + scrap + damaged.slice(place + length);
    }, text),
  );
}

const scraps = [
  ...[
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    ':',
    '$',
    '@',
    '!',
    '...',
    '"',
    '"""',
    '#',
    '\\',
    '\0',
    '\ud800',
    '\u{1f3ac}',
    '&',
    '|',
  ],
  ...[
    '@skip(if: true)',
    '@include(if: $x)',
    '...F',
    'fragment F on Job { ...F }',
    ' on ',
    'null',
    '__typename',
    '__schema { types { name } }',
  ],
  ...[
    'query',
    'mutation',
    'subscription',
    'a: ',
    '$x: Int',
    '('.repeat(50),
    '{a'.repeat(40),
    'a '.repeat(200),
    '[['.repeat(60),
  ],
];

function tapeOf(numbers: readonly number[]): Tape {
  let at = 0;
  return (below) => {
    const number = numbers[at] ?? 0;
    at += 1;
    return number % Math.max(1, below);
  };
}

function documentOf(schema: GraphQLSchema, tape: Tape): string {
  const operation = operations[tape(operations.length)] ?? OperationTypeNode.QUERY;
  const root = schema.getRootType(operation);
  return root ? `${operation} Q ${selectionOf(schema, root, tape, deepest)}` : '';
}

function selectionOf(schema: GraphQLSchema, type: GraphQLCompositeType, tape: Tape, depth: number): string {
  const deps = Array.from({ length: 1 + tape(3) }, () => partOf(schema, type, tape, depth));
  return `{ ${deps.join(' ')} }`;
}

function partOf(schema: GraphQLSchema, type: GraphQLCompositeType, tape: Tape, depth: number): string {
  const kinds = isCompositeType(type) && 'getFields' in type ? Object.values(type.getFields()) : [];
  const possible = schema.getPossibleTypes(type as never);
  if (isUnionType(type) || (kinds.length > 0 && tape(8) === 0)) {
    const other = possible[tape(possible.length)] ?? type;
    return depth === 0 ? '__typename' : `... on ${other.name} ${selectionOf(schema, other, tape, depth - 1)}`;
  }
  const field = kinds[tape(kinds.length)];
  if (field === undefined) return '__typename';
  const below: GraphQLNamedType = getNamedType(field.type);
  const alias = tape(6) === 0 ? 'a: ' : '';
  const call = alias + field.name + argumentsOf(field.args, tape);
  if (!isCompositeType(below)) return call;
  return depth === 0 ? '__typename' : `${call} ${selectionOf(schema, below, tape, depth - 1)}`;
}

function argumentsOf(args: readonly GraphQLArgument[], tape: Tape): string {
  const given = args.filter(({ type }) => isNonNullType(type) || tape(2) === 0);
  return given.length === 0
    ? ''
    : `(${given.map(({ name, type }) => `${name}: ${literalOf(type, tape, 3)}`).join(', ')})`;
}

function literalOf(type: GraphQLInputType, tape: Tape, depth: number): string {
  if (isNonNullType(type)) return literalOf(type.ofType, tape, depth);
  if (tape(10) === 0) return 'null';
  if (isListType(type))
    return `[${Array.from({ length: tape(3) }, () => literalOf(type.ofType, tape, depth)).join(', ')}]`;
  if (isEnumType(type)) return type.getValues()[tape(type.getValues().length)]?.name ?? 'NONE';
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter((field) => isNonNullType(field.type) || tape(2) === 0);
    return depth === 0
      ? '{}'
      : `{${fields.map((field) => `${field.name}: ${literalOf(field.type, tape, depth - 1)}`).join(', ')}}`;
  }
  const literals =
    tape(5) === 0 ? [...texts, ...numbers, 'true', '$x', '{a: 1}'] : /Int|Float/.test(type.name) ? numbers : texts;
  return literals[tape(literals.length)] ?? '0';
}
