import { type DocumentNode, type FieldNode, GraphQLError, Kind, type SelectionSetNode, type ValueNode } from 'graphql';
import { fragmentsOf } from './document.ts';

/** Of selections and values. Operations of 4000 tokens have about 2000, unless they repeat fragments. */
const maxWrittenOut = 10_000;

/**
 * The error for a document that is too large to validate, because some rules visit each fragment at every spread and again for each
 * operation. Counts the operations as if fragments were written out, measuring each fragment once. Null where it may be validated.
 */
export function tooLarge(document: DocumentNode): GraphQLError | null {
  const fragments = fragmentsOf(document);
  const known = new Map<string, number>();

  function fragmentSizeOf(name: string): number {
    const size = known.get(name);
    if (size !== undefined) return size;
    // A rule reports a fragment that spreads itself.
    known.set(name, 0);
    const counted = sizeOf(fragments.get(name)?.selectionSet);
    known.set(name, counted);
    return counted;
  }

  function sizeOf(set: SelectionSetNode | undefined): number {
    let size = 0;
    for (const selection of set?.selections ?? []) {
      size += 1 + (selection.directives?.length ?? 0);
      if (selection.kind === Kind.FRAGMENT_SPREAD) size += fragmentSizeOf(selection.name.value);
      else size += sizeOf(selection.selectionSet);
      if (selection.kind === Kind.FIELD) size += argumentsSizeOf(selection);
    }
    return size;
  }

  let size = 0;
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    size += 1 + (definition.variableDefinitions?.length ?? 0) + sizeOf(definition.selectionSet);
  }
  if (size <= maxWrittenOut) return null;
  const advice = 'spread fragments less often, or send fewer operations at once.';
  return new GraphQLError(
    `With its fragments written out, the document has more than ${maxWrittenOut} fields: ${advice}`,
  );
}

function argumentsSizeOf({ arguments: given = [] }: FieldNode): number {
  return given.reduce((size, { value }) => size + valueSizeOf(value), 0);
}

function valueSizeOf(value: ValueNode): number {
  if (value.kind === Kind.LIST) return value.values.reduce((size, each) => size + valueSizeOf(each), 1);
  if (value.kind === Kind.OBJECT) return value.fields.reduce((size, field) => size + valueSizeOf(field.value), 1);
  return 1;
}
