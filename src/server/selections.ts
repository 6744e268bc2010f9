import {
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsOf } from './document.ts';

/** What an operation of a valid document selects, written out: fragments wherever they are spread, and all below an interface or a union once for each of its types. */
export function selectionsOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): number {
  const fragments = fragmentsOf(document);
  /** Each is counted up once, however often it is spread. */
  const known = new Map<string, number>();

  function fragmentSizeOf(name: string): number {
    const fragment = fragments.get(name);
    const size =
      known.get(name) ?? (fragment ? sizeOf(typeOf(fragment.typeCondition.name.value), fragment.selectionSet) : 0);
    known.set(name, size);
    return size;
  }

  function typeOf(name: string): GraphQLCompositeType | undefined {
    const type = schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }

  function sizeOf(type: GraphQLCompositeType | undefined, { selections }: SelectionSetNode): number {
    return selections.reduce((sum, selection) => sum + 1 + sizeBelow(type, selection), 0);
  }

  function sizeBelow(type: GraphQLCompositeType | undefined, selection: SelectionNode): number {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return fragmentSizeOf(selection.name.value);
    if (selection.selectionSet === undefined) return 0;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const { typeCondition } = selection;
      return sizeOf(typeCondition === undefined ? type : typeOf(typeCondition.name.value), selection.selectionSet);
    }
    const field = type === undefined || isUnionType(type) ? undefined : type.getFields()[selection.name.value];
    const below = field === undefined ? undefined : getNamedType(field.type);
    const forms = isAbstractType(below) ? schema.getPossibleTypes(below).length : 1;
    return forms * sizeOf(isCompositeType(below) ? below : undefined, selection.selectionSet);
  }

  return sizeOf(schema.getRootType(operation.operation) ?? undefined, operation.selectionSet);
}
