import {
  __Directive,
  __Field,
  __Schema,
  __Type,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';

type Field = GraphQLField<unknown, unknown>;

type Sizes = ReadonlyMap<Field, number>;

/** The cost factor of `ofType`. Clients nest it eight levels deep, but few types are wrapped twice and none more than four times. */
const wrapped = 0.5;

const known = new WeakMap<GraphQLSchema, Sizes>();

/**
 * The estimated size of an introspection list, such as the fields of a type: the average over the types that have any. Null for every other
 * field.
 */
export function schemaListSizeOf(schema: GraphQLSchema, field: Field | undefined): number | null {
  const sizes = known.get(schema) ?? measure(schema);
  known.set(schema, sizes);
  return field === undefined ? null : (sizes.get(field) ?? null);
}

function measure(schema: GraphQLSchema): Sizes {
  const types = Object.values(schema.getTypeMap());
  const fielded = types.filter((type) => isObjectType(type) || isInterfaceType(type));
  const args = fielded.flatMap((type) => Object.values(type.getFields()).map((field) => field.args.length));
  const counts: readonly (readonly [GraphQLNamedType, string, readonly number[]])[] = [
    [__Schema, 'types', [types.length]],
    [__Schema, 'directives', [schema.getDirectives().length]],
    [__Type, 'fields', fielded.map((type) => Object.keys(type.getFields()).length)],
    [__Type, 'interfaces', fielded.map((type) => type.getInterfaces().length)],
    [__Type, 'possibleTypes', fielded.filter(isInterfaceType).map((type) => schema.getPossibleTypes(type).length)],
    [__Type, 'inputFields', types.filter(isInputObjectType).map((type) => Object.keys(type.getFields()).length)],
    [__Type, 'enumValues', types.filter(isEnumType).map((type) => type.getValues().length)],
    [__Field, 'args', args],
    [__Directive, 'args', schema.getDirectives().map((directive) => directive.args.length)],
  ];
  const sizes = counts.flatMap(([type, name, all]) => sizeOf(type, name, averageOf(all)));
  return new Map([...sizes, ...sizeOf(__Type, 'ofType', wrapped)]);
}

function sizeOf(type: GraphQLNamedType, name: string, size: number): readonly (readonly [Field, number])[] {
  const field = isObjectType(type) ? type.getFields()[name] : undefined;
  return field === undefined ? [] : [[field, size]];
}

/** At least one, so that the selection below an empty list still has a cost. */
function averageOf(counts: readonly number[]): number {
  return Math.max(1, counts.reduce((sum, count) => sum + count, 0) / Math.max(1, counts.length));
}
