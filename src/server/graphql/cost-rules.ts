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

/** In fields, each counted as often as its lists can hold it. A page of 100 jobs, each with all that it has and 50 events, is within it. */
const maxCost = 50_000;

/** What one operation may ask to be paid for. */
const maxPaidFields = 5;

const paidFields: ReadonlySet<string> = new Set(['generateVideo', 'retryJob']);

/** What the size of a list is taken for where only its variable says it: the most that any page has. */
const largestPage = 100;

const defaultPage = 20;

/** Validation: no operation costs more than 50,000 fields, whatever its variables will say. */
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
      const message = `The operation may bring more than ${maxCost} fields: ask for fewer, or for smaller pages.`;
      context.reportError(new GraphQLError(message, { nodes: operation }));
    },
  };
}

/** Validation: no operation makes more than five videos. */
export function MaxPaidRule(...[context]: Parameters<ValidationRule>): ReturnType<ValidationRule> {
  return {
    OperationDefinition(operation) {
      if (paidNamesOf(operation, context).size <= maxPaidFields) return;
      const message = `One operation may ask for ${maxPaidFields} videos at most.`;
      context.reportError(new GraphQLError(message, { nodes: operation }));
    },
  };
}

/** The names in the answer under which an operation makes videos: fields of one name are one. */
function paidNamesOf(operation: OperationDefinitionNode, context: ValidationContext): ReadonlySet<string> {
  const names = new Set<string>();
  const fragments = new Set<string>();

  function poll({ selections }: SelectionSetNode): void {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) poll(selection.selectionSet);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) lookInto(selection.name.value);
      else if (paidFields.has(selection.name.value)) names.add((selection.alias ?? selection.name).value);
    }
  }

  function lookInto(name: string): void {
    if (fragments.has(name)) return;
    fragments.add(name);
    const fragment = context.getFragment(name);
    if (fragment) poll(fragment.selectionSet);
  }

  if (operation.operation === 'mutation') poll(operation.selectionSet);
  return names;
}

/** How many members a field's list can have, as its arguments say. */
function sizeOf(field: GraphQLField<unknown, unknown> | undefined, node: FieldNode): number {
  const first = field?.args.find(({ name }) => name === 'first');
  const ids = argumentOf(node, 'ids');
  if (ids !== undefined) return ids.value.kind === Kind.LIST ? ids.value.values.length : largestPage;
  if (first === undefined) return 1;
  const said = argumentOf(node, 'first') ?? argumentOf(node, 'last');
  if (said === undefined) return typeof first.defaultValue === 'number' ? first.defaultValue : defaultPage;
  return said.value.kind === Kind.INT ? Math.min(largestPage, Number(said.value.value)) : largestPage;
}

function argumentOf(node: FieldNode, name: string): ArgumentNode | undefined {
  return node.arguments?.find((argument) => argument.name.value === name);
}
