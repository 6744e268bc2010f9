import { type GraphQLObjectType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { createSchema } from '../../schema/index.ts';

const connections = Object.values(createSchema().getTypeMap())
  .filter((type): type is GraphQLObjectType => isObjectType(type) && type.name.endsWith('Connection'))
  .map((type) => [type.name, type] as const);

test.each(connections)('%s has its items as nodes and as edges, and pages', (_, type) => {
  const { nodes, edges, pageInfo } = type.getFields();
  const item = /^\[(\w+)!\]!$/.exec(String(nodes?.type))?.[1];
  const edge = /^\[(\w+)!\]!$/.exec(String(edges?.type))?.[1] ?? '';
  const edgeType = createSchema().getType(edge);
  const fields = isObjectType(edgeType) ? edgeType.getFields() : {};
  expect(Object.values(fields).map(({ name, type }) => `${name}: ${type}`)).toEqual([
    'cursor: String!',
    `node: ${item}!`,
  ]);
  expect(String(pageInfo?.type)).toBe('PageInfo!');
});
