import { GraphQLSchema, isIntrospectionType, isObjectType, isSpecifiedScalarType, printType } from 'graphql';

/** A schema as text: the operations, then every type in the order in which it is first spoken of. */
export function sdlOf(schema: GraphQLSchema): string {
  const { query, mutation, subscription, types } = schema.toConfig();
  const roots = [query, mutation, subscription].filter(isObjectType);
  // A schema that is given no types gathers them depth first from its operations. Some are only spoken of by what they implement.
  const { types: spokenOf } = new GraphQLSchema({ query, mutation, subscription }).toConfig();
  const own = [...new Set([...roots, ...spokenOf, ...types])].filter(
    (type) => !isSpecifiedScalarType(type) && !isIntrospectionType(type),
  );
  return `${own.map(printType).join('\n\n')}\n`;
}
