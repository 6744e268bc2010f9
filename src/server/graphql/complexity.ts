import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isUnionType,
  Kind,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
} from 'graphql';

/** Counts the fields of a selection on a type. */
export type ComplexityOf = (type: GraphQLCompositeType | undefined, set: SelectionSetNode) => number;

/** How fields are counted. */
type ComplexityDeps = {
  readonly schema: GraphQLSchema;
  readonly fragment: (name: string) => FragmentDefinitionNode | null | undefined;
  /** How many times the selection below a field counts. `below`: the type that the field returns. */
  readonly times: (
    field: GraphQLField<unknown, unknown> | undefined,
    node: FieldNode,
    below: GraphQLCompositeType | undefined,
  ) => number;
};

/** The introspection fields, which no type lists. */
const metaFields = new Map([SchemaMetaFieldDef, TypeMetaFieldDef].map((field) => [field.name, field]));

/** Counts fields, those of fragments at each spread. Each fragment is visited once; another rule reports one that spreads itself. */
export function createComplexities({ schema, fragment, times }: ComplexityDeps): ComplexityOf {
  const known = new Map<string, number>();

  function fragmentComplexityOf(name: string): number {
    const complexity = known.get(name);
    if (complexity !== undefined) return complexity;
    known.set(name, 0);
    const spread = fragment(name);
    const counted = spread ? complexityOf(typeOf(spread.typeCondition.name.value), spread.selectionSet) : 0;
    known.set(name, counted);
    return counted;
  }

  function typeOf(name: string): GraphQLCompositeType | undefined {
    const type = schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }

  function complexityOf(type: GraphQLCompositeType | undefined, { selections }: SelectionSetNode): number {
    return selections.reduce((sum, selection) => sum + selectionComplexityOf(type, selection), 0);
  }

  function selectionComplexityOf(type: GraphQLCompositeType | undefined, selection: SelectionNode): number {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return fragmentComplexityOf(selection.name.value);
    if (selection.kind === Kind.FIELD) return fieldComplexityOf(type, selection);
    const { typeCondition, selectionSet } = selection;
    return complexityOf(typeCondition === undefined ? type : typeOf(typeCondition.name.value), selectionSet);
  }

  function fieldComplexityOf(type: GraphQLCompositeType | undefined, node: FieldNode): number {
    if (node.selectionSet === undefined) return 1;
    const field =
      type === undefined || isUnionType(type)
        ? undefined
        : (metaFields.get(node.name.value) ?? type.getFields()[node.name.value]);
    const named = field === undefined ? undefined : getNamedType(field.type);
    const below = isCompositeType(named) ? named : undefined;
    return 1 + times(field, node, below) * complexityOf(below, node.selectionSet);
  }

  return complexityOf;
}
