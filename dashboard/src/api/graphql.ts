import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './graphql-env.d.ts';

/** Parses an operation; its types come from schema/schema.graphql. */
export const graphql = initGraphQLTada<{
  disableMasking: true;
  introspection: introspection;
  scalars: { DateTime: string; SafeInt: number; URL: string };
}>();
