import { buildSchema, isAbstractType, isObjectType } from 'graphql';

const header = '// Generated from schema/schema.graphql by `npm run client:types`. Do not edit.\n';

/** What a normalising cache has to know of the schema: the members of each abstract type, and the types without an id. */
export function cacheTypesOf(sdl: string): string {
  const schema = buildSchema(sdl);
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  const roots = ['Query', 'Mutation', 'Subscription'];
  const possible = types.filter(isAbstractType).map((type) => {
    const names = schema.getPossibleTypes(type).map(({ name }) => `    '${name}',\n`);
    return `  ${type.name}: [\n${names.join('')}  ],\n`;
  });
  const embedded = types
    .filter(isObjectType)
    .filter((type) => !roots.includes(type.name) && type.getFields()['id'] === undefined)
    .map(({ name }) => `  '${name}',\n`);
  return [
    header,
    '/** The types behind each interface and union. */',
    `export const possibleTypes: Readonly<Record<string, readonly string[]>> = {\n${possible.join('')}};\n`,
    '/** The object types without an id: a cache keeps them inside their parents. */',
    `export const embeddedTypes: readonly string[] = [\n${embedded.join('')}];\n`,
  ].join('\n');
}
