import { type GraphQLSchema, isEnumType } from 'graphql';

/** The end of graphql-js's sentences about a value that an enum does not have. The value that it may suggest is often the wrong one. */
const unknownValue =
  /(?:\bin "(\w+)" enum|\bEnum "(\w+)" cannot represent .+)\.(?: Did you mean the enum value .+\?)?$/s;

const mostValues = 40;

/** Adds to a sentence about a wrong value of an enum which values there are, such as `Its values are TEST and LIVE.` */
export function createValueHint(schema: GraphQLSchema): (message: string) => string {
  return (message) => {
    const [, one, other] = unknownValue.exec(message) ?? [];
    const type = schema.getType(one ?? other ?? '');
    if (!isEnumType(type)) return message;
    const names = type.getValues().map(({ name }) => name);
    return names.length > mostValues ? message : `${message} Its values are ${listed(names)}.`;
  };
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
