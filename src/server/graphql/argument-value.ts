import { Kind, type ValueNode } from 'graphql';

/** A JSON value that is equal for equal arguments, in whatever order the fields of objects are written. */
export function comparableOf(value: ValueNode): unknown {
  switch (value.kind) {
    case Kind.VARIABLE:
      return [value.kind, value.name.value];
    case Kind.LIST:
      return [value.kind, value.values.map(comparableOf)];
    case Kind.OBJECT:
      return [
        value.kind,
        value.fields.map((field) => [field.name.value, comparableOf(field.value)] as const).toSorted(byName),
      ];
    case Kind.NULL:
      return [value.kind];
    case Kind.STRING:
      return [value.kind, value.value, value.block === true];
    case Kind.INT:
    case Kind.FLOAT:
    case Kind.BOOLEAN:
    case Kind.ENUM:
      return [value.kind, value.value];
  }
}

/** Orders pairs by their names. */
export function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : Number(one > other);
}
