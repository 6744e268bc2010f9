import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type ValidationRule,
} from 'graphql';

/**
 * Validation: a subscription selects one field, always. graphql-js's own rule lets `@skip` and `@include` decide, and then throws where
 * they have variables or leave no field. The specification has since forbidden both (section 5.2.4.1).
 */
export function SubscriptionRootRule(...[context]: Parameters<ValidationRule>): ReturnType<ValidationRule> {
  const report = (message: string, nodes: readonly (SelectionNode | OperationDefinitionNode)[]) =>
    context.reportError(new GraphQLError(message, { nodes }));

  return {
    OperationDefinition(operation) {
      if (operation.operation !== 'subscription') return false;
      const name = operation.name === undefined ? 'A subscription' : `Subscription "${operation.name.value}"`;
      const root = rootOf(operation, (fragment) => context.getFragment(fragment) ?? undefined);
      const conditional = root.find(isConditional);
      if (conditional !== undefined) {
        report(`${name} must not use @skip or @include on its root field: leave the whole operation out instead.`, [
          conditional,
        ]);
      }
      const fields = root.filter((selection) => selection.kind === Kind.FIELD);
      if (new Set(fields.map(responseNameOf)).size > 1) report(`${name} must select only one top level field.`, fields);
      const introspected = fields.find((field) => field.name.value.startsWith('__'));
      if (introspected !== undefined) {
        report(`${name} must not select an introspection top level field.`, [introspected]);
      }
      return false;
    },
  };
}

/** All selections at the root of an operation: its fields, and the fragments that hold them. Visits each fragment once. */
function rootOf(
  { selectionSet }: OperationDefinitionNode,
  fragmentOf: (name: string) => FragmentDefinitionNode | undefined,
): readonly SelectionNode[] {
  const root: SelectionNode[] = [];
  const visited = new Set<string>();
  const waiting: SelectionNode[] = [...selectionSet.selections];
  for (let selection = waiting.shift(); selection !== undefined; selection = waiting.shift()) {
    root.push(selection);
    if (selection.kind === Kind.INLINE_FRAGMENT) waiting.push(...selection.selectionSet.selections);
    if (selection.kind !== Kind.FRAGMENT_SPREAD || visited.has(selection.name.value)) continue;
    visited.add(selection.name.value);
    waiting.push(...(fragmentOf(selection.name.value)?.selectionSet.selections ?? []));
  }
  return root;
}

function isConditional({ directives = [] }: SelectionNode): boolean {
  return directives.some(({ name }) => name.value === 'skip' || name.value === 'include');
}

function responseNameOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}
