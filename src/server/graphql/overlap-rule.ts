import {
  type FieldNode,
  GraphQLError,
  type GraphQLOutputType,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { byName, comparableOf } from './argument-value.ts';

/** A field of a selection, the type it is selected from, and the type it returns. Null where the schema does not know them. */
type Place = { readonly parent: ParentType; readonly node: FieldNode; readonly type: GraphQLOutputType | null };

type ParentType = ReturnType<ValidationContext['getParentType']> | null;

/** A selection set and the type that it selects from. */
type Part = { readonly parent: ParentType; readonly set: SelectionSetNode };

type Conflict = { readonly reason: string; readonly nodes: readonly FieldNode[] };

/** Fields by response name. */
type Merged = Map<string, Place[]>;

/** The most fields that may be compared for one document, counted at each spread and each comparison. */
const maxVisits = 20_000;

/**
 * Validation: fields with the same response name can be merged. It finds the same conflicts as graphql-js's
 * OverlappingFieldsCanBeMergedRule (GraphQL, section 5.3.2), and a test compares the two. Theirs compares all pairs of fields of one name.
 * This one merges the selections first, as the executor will, and compares each field with the first of its name.
 */
export function OverlapRule(...[context]: Parameters<ValidationRule>): ReturnType<ValidationRule> {
  const walk: Walk = { visits: 0, texts: new Map() };
  return {
    OperationDefinition(operation) {
      const parent = context.getSchema().getRootType(operation.operation) ?? null;
      const report = (name: string, { reason, nodes }: Conflict) => {
        const advice = 'Use different aliases on the fields to fetch both if this was intentional.';
        context.reportError(new GraphQLError(`Fields "${name}" conflict because ${reason}. ${advice}`, { nodes }));
      };
      const isWhole = compare([{ parent, set: operation.selectionSet }], { context, walk, report, depth: 0 });
      if (isWhole) return;
      const message = `The document has more than ${maxVisits} fields to compare: repeat fewer fields and fragments.`;
      context.reportError(new GraphQLError(message, { nodes: operation }));
    },
  };
}

/** The progress of validating one document; `texts` caches the arguments of its fields as text. */
type Walk = { visits: number; readonly texts: Map<FieldNode, string> };

type Comparing = {
  readonly context: ValidationContext;
  readonly walk: Walk;
  readonly report: (name: string, conflict: Conflict) => void;
  readonly depth: number;
};

/** Another rule refuses deeper selections; a fragment that spreads itself has no end. */
const maxDepth = 30;

/** Compares the fields of selections that are merged, and all below. False where there are too many to compare. */
function compare(parts: readonly Part[], comparing: Comparing, shapeOnly = false): boolean {
  if (comparing.depth > maxDepth) return true;
  const merged = mergedOf(parts, comparing);
  if (merged === null) return false;
  const below = { ...comparing, depth: comparing.depth + 1 };
  for (const [name, places] of merged) {
    const groups = shapeOnly ? [] : groupsOf(places);
    const conflict = conflictOf(groups, places, comparing.walk);
    if (conflict !== null) {
      comparing.report(name, conflict);
      continue;
    }
    if (!groups.every((group) => compare(partsBelow(group), below))) return false;
    // Fields of different object types are never in one result, but their shapes must match. A single group has been compared already.
    if (groups.length !== 1 && !compare(partsBelow(places), below, true)) return false;
  }
  return true;
}

/** The merged fields of selection sets, with inline fragments and spreads. Null where there are too many. */
function mergedOf(parts: readonly Part[], { context, walk }: Comparing): Merged | null {
  const merged: Merged = new Map();
  const spread = new Set<string>();
  const schema = context.getSchema();
  const typeNamed = (name: string): ParentType => {
    const type = schema.getType(name);
    return isCompositeType(type) ? type : null;
  };

  function add({ parent, set }: Part): void {
    for (const selection of set.selections) {
      walk.visits += 1;
      if (walk.visits > maxVisits) return;
      if (selection.kind === Kind.FIELD) addField(parent, selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const name = selection.typeCondition?.name.value;
        add({ parent: name === undefined ? parent : typeNamed(name), set: selection.selectionSet });
      } else addFragment(selection.name.value);
    }
  }

  function addField(parent: ParentType, node: FieldNode): void {
    const name = (node.alias ?? node.name).value;
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    const place = { parent, node, type: field?.type ?? null };
    const places = merged.get(name);
    if (places === undefined) merged.set(name, [place]);
    else places.push(place);
  }

  function addFragment(name: string): void {
    if (spread.has(name)) return;
    spread.add(name);
    const fragment = context.getFragment(name);
    if (fragment) add({ parent: typeNamed(fragment.typeCondition.name.value), set: fragment.selectionSet });
  }

  for (const part of parts) add(part);
  return walk.visits > maxVisits ? null : merged;
}

/** The fields that may be in one result: those of each object type, together with those of interfaces and unions. */
function groupsOf(places: readonly Place[]): readonly (readonly Place[])[] {
  if (places.length === 1) return [places];
  const abstract = places.filter(({ parent }) => !isObjectType(parent));
  const concrete = new Map<ParentType, Place[]>();
  for (const place of places) {
    if (!isObjectType(place.parent)) continue;
    const group = concrete.get(place.parent);
    if (group === undefined) concrete.set(place.parent, [...abstract, place]);
    else group.push(place);
  }
  return concrete.size === 0 ? [abstract] : [...concrete.values()];
}

function partsBelow(places: readonly Place[]): readonly Part[] {
  return places.flatMap(({ node: { selectionSet: set }, type }) =>
    set === undefined ? [] : [{ parent: compositeOf(type), set }],
  );
}

function compositeOf(type: GraphQLOutputType | null): ParentType {
  const named = type === null ? null : getNamedType(type);
  return isCompositeType(named) ? named : null;
}

/** Both comparisons are equivalences, so comparing each field with the first is enough. */
function conflictOf(groups: readonly (readonly Place[])[], places: readonly Place[], { texts }: Walk): Conflict | null {
  for (const [first, ...others] of groups) {
    if (first === undefined || others.length === 0) continue;
    const text = argumentsText(first.node, texts);
    for (const { node } of others) {
      const nodes = [first.node, node];
      const [one, other] = [first.node.name.value, node.name.value];
      if (one !== other) return { reason: `"${one}" and "${other}" are different fields`, nodes };
      if (argumentsText(node, texts) !== text) return { reason: 'they have differing arguments', nodes };
    }
  }
  const [first, ...others] = places.filter(({ type }) => type !== null);
  for (const other of others) {
    if (!first?.type || !other.type || isSameShape(first.type, other.type)) continue;
    const reason = `they return conflicting types "${first.type}" and "${other.type}"`;
    return { reason, nodes: [first.node, other.node] };
  }
  return null;
}

/** Whether two types have the same shape in a result; the contents of composite types are compared field by field. */
function isSameShape(one: GraphQLOutputType, other: GraphQLOutputType): boolean {
  if (one === other) return true;
  if (isListType(one) || isListType(other)) {
    return isListType(one) && isListType(other) && isSameShape(one.ofType, other.ofType);
  }
  if (isNonNullType(one) || isNonNullType(other)) {
    return isNonNullType(one) && isNonNullType(other) && isSameShape(one.ofType, other.ofType);
  }
  return !isLeafType(one) && !isLeafType(other);
}

/** The arguments of a field as text, equal in whatever order they are written. Cached, because a field may be compared many times. */
function argumentsText(node: FieldNode, texts: Walk['texts']): string {
  const known = texts.get(node);
  if (known !== undefined) return known;
  const pairs = (node.arguments ?? []).map(({ name, value }) => [name.value, comparableOf(value)] as const);
  const text = JSON.stringify(pairs.toSorted(byName));
  texts.set(node, text);
  return text;
}
