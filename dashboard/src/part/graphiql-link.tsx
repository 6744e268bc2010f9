import { stringifyDocument, type TypedDocumentNode } from '@urql/core';
import { addressOf } from '../route.ts';
import { withSession } from '../session.ts';
import { Icon } from './icon.tsx';

type GraphiqlLinkProps<Variables> = {
  readonly document: TypedDocumentNode<unknown, Variables>;
  readonly variables: Variables;
};

/** Opens GraphiQL on the operation that fills this page. It travels behind the #, which no server sees, and runs only on request. */
export function GraphiqlLink<Variables>({ document, variables }: GraphiqlLinkProps<Variables>) {
  const parameters = new URLSearchParams({
    query: stringifyDocument(document),
    variables: JSON.stringify(variables, null, 2),
  });
  return (
    <a className="graphiql-link" href={`${addressOf('/graphql')}#${parameters}`} target="_blank" rel={withSession}>
      <Icon name="out" />
      Open in GraphiQL
    </a>
  );
}
