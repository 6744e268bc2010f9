import { stringifyDocument, type TypedDocumentNode } from '@urql/core';
import { Icon } from './icon.tsx';

type GraphiqlLinkProps<Variables> = {
  readonly document: TypedDocumentNode<unknown, Variables>;
  readonly variables: Variables;
};

/** Opens GraphiQL on exactly the operation that fills this page. It stands behind the #, which no server sees, and runs when told to. */
export function GraphiqlLink<Variables>({ document, variables }: GraphiqlLinkProps<Variables>) {
  const parameters = new URLSearchParams({
    query: stringifyDocument(document),
    variables: JSON.stringify(variables, null, 2),
  });
  return (
    <a className="graphiql-link" href={`/graphql#${parameters}`} target="_blank" rel="noopener">
      <Icon name="out" />
      Open this page’s GraphQL
    </a>
  );
}
