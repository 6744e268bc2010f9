import {
  type ArgumentNode,
  type FieldNode,
  GraphQLError,
  type GraphQLField,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { createComplexities } from './complexity.ts';
import { schemaListSizeOf } from './schema-list.ts';

/** In fields, each counted once per possible list item. A page of 100 jobs with all fields and 50 events each is allowed. */
const maxCost = 50_000;

/** How many paid videos one operation may request. */
const maxPaidFields = 5;

const paidFields: ReadonlySet<string> = new Set(['generateVideo', 'retryJob']);

/** The assumed size of a list whose size is a variable: the largest page. */
const largestPage = 100;

const defaultPage = 20;

/** Validation: no operation costs more than 50,000 fields, whatever the values of its variables. */
export function MaxCostRule(...[context]: Parameters<ValidationRule>): ReturnType<ValidationRule> {
  const schema = context.getSchema();
  const costOf = createComplexities({
    schema,
    fragment: (name) => context.getFragment(name),
    times: (field, node) => schemaListSizeOf(schema, field) ?? sizeOf(field, node),
  });
  return {
    OperationDefinition(operation) {
      const type = schema.getRootType(operation.operation);
      if (!type || costOf(type, operation.selectionSet) <= maxCost) return;
      const message = `The operation may return more than ${maxCost} fields: ask for fewer, or for smaller pages.`;
      context.reportError(new GraphQLError(message, { nodes: operation }));
    },
  };
}

/** Validation: no operation requests more than five videos. */
export function MaxPaidRule(...[context]: Parameters<ValidationRule>): ReturnType<ValidationRule> {
  return {
    OperationDefinition(operation) {
      if (paidNamesOf(operation, context).size <= maxPaidFields) return;
      const message = `One operation may ask for at most ${maxPaidFields} videos.`;
      context.reportError(new GraphQLError(message, { nodes: operation }));
    },
  };
}

/** The response names of an operation's paid fields: fields with the same name are merged into one. */
function paidNamesOf(operation: OperationDefinitionNode, context: ValidationContext): ReadonlySet<string> {
  const names = new Set<string>();
  const fragments = new Set<string>();

  function visit({ selections }: SelectionSetNode): void {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) visitFragment(selection.name.value);
      else if (paidFields.has(selection.name.value)) names.add((selection.alias ?? selection.name).value);
    }
  }

  function visitFragment(name: string): void {
    if (fragments.has(name)) return;
    fragments.add(name);
    const fragment = context.getFragment(name);
    if (fragment) visit(fragment.selectionSet);
  }

  if (operation.operation === 'mutation') visit(operation.selectionSet);
  return names;
}

/** How many items a field's list can have, by its arguments. */
function sizeOf(field: GraphQLField<unknown, unknown> | undefined, node: FieldNode): number {
  const first = field?.args.find(({ name }) => name === 'first');
  const ids = argumentOf(node, 'ids');
  if (ids !== undefined) return ids.value.kind === Kind.LIST ? ids.value.values.length : largestPage;
  if (first === undefined) return 1;
  const size = argumentOf(node, 'first') ?? argumentOf(node, 'last');
  if (size === undefined) return typeof first.defaultValue === 'number' ? first.defaultValue : defaultPage;
  return size.value.kind === Kind.INT ? Math.min(largestPage, Number(size.value.value)) : largestPage;
}

function argumentOf(node: FieldNode, name: string): ArgumentNode | undefined {
  return node.arguments?.find((argument) => argument.name.value === name);
}
