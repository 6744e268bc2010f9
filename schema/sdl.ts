import { GraphQLSchema, isIntrospectionType, isObjectType, isSpecifiedScalarType, printType } from 'graphql';

/** Prints a schema: the operations first, then every type in the order in which it is first used. */
export function sdlOf(schema: GraphQLSchema): string {
  const { query, mutation, subscription, types } = schema.toConfig();
  const roots = [query, mutation, subscription].filter(isObjectType);
  // Without `types`, a schema collects them depth first from its operations. Types reached only through an interface are then missing.
  const { types: used } = new GraphQLSchema({ query, mutation, subscription }).toConfig();
  const own = [...new Set([...roots, ...used, ...types])].filter(
    (type) => !isSpecifiedScalarType(type) && !isIntrospectionType(type),
  );
  return `${own.map(printType).join('\n\n')}\n`;
}
