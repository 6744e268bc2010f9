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

/** A field where it stands: below which type, and what that type says it returns. Null where the schema does not know it. */
type Place = { readonly parent: ParentType; readonly node: FieldNode; readonly type: GraphQLOutputType | null };

type ParentType = ReturnType<ValidationContext['getParentType']> | null;

/** A selection set and the type that it selects from. */
type Part = { readonly parent: ParentType; readonly set: SelectionSetNode };

type Conflict = { readonly reason: string; readonly nodes: readonly FieldNode[] };

/** Fields by response name. */
type Merged = Map<string, Place[]>;

/** Fields that one document may come to, each counted wherever its fragments are spread and each time that it is compared. */
const maxVisits = 20_000;

/**
 * Validation: fields with the same response name can be merged. It finds a conflict where graphql-js's OverlappingFieldsCanBeMergedRule
 * does (GraphQL, section 5.3.2), and a test asks both. That one compares each field with each other field of the same name; this one merges
 * the selections first, as the executor will, and compares each field with the first of its name.
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
      const message = `The document comes to more than ${maxVisits} fields to compare: repeat fewer fields and fragments.`;
      context.reportError(new GraphQLError(message, { nodes: operation }));
    },
  };
}

/** What has been done of a document; `texts` are those of the arguments of its fields. */
type Walk = { visits: number; readonly texts: Map<FieldNode, string> };

type Comparing = {
  readonly context: ValidationContext;
  readonly walk: Walk;
  readonly report: (name: string, conflict: Conflict) => void;
  readonly depth: number;
};

/** Deeper ones are another rule's to refuse, and those of a fragment that spreads itself have no end. */
const maxDepth = 30;

/** Compares all that is selected together, and below. False where that is more than may be compared. */
function compare(deps: readonly Part[], comparing: Comparing, shapeOnly = false): boolean {
  if (comparing.depth > maxDepth) return true;
  const merged = mergedOf(deps, comparing);
  if (merged === null) return false;
  const below = { ...comparing, depth: comparing.depth + 1 };
  for (const [name, places] of merged) {
    const groups = shapeOnly ? [] : groupsOf(places);
    const conflict = conflictOf(groups, places, comparing.walk);
    if (conflict !== null) {
      comparing.report(name, conflict);
      continue;
    }
    if (!groups.every((group) => compare(depsBelow(group), below))) return false;
    // Fields of different objects never meet in one answer, but what they return must look alike. One group alone has been compared whole.
    if (groups.length !== 1 && !compare(depsBelow(places), below, true)) return false;
  }
  return true;
}

/** The fields of selection sets that are selected together, inline fragments and spreads counted in. Null where they are too many. */
function mergedOf(deps: readonly Part[], { context, walk }: Comparing): Merged | null {
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

  for (const part of deps) add(part);
  return walk.visits > maxVisits ? null : merged;
}

/** The fields that may meet in one answer: those of one object type, and with each those of interfaces and unions. */
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

function depsBelow(places: readonly Place[]): readonly Part[] {
  return places.flatMap(({ node: { selectionSet: set }, type }) =>
    set === undefined ? [] : [{ parent: compositeOf(type), set }],
  );
}

function compositeOf(type: GraphQLOutputType | null): ParentType {
  const named = type === null ? null : getNamedType(type);
  return isCompositeType(named) ? named : null;
}

/** Being the same field and returning a like type are equivalences: what holds for each and the first holds for each and each. */
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
    if (!first?.type || !other.type || pollsLike(first.type, other.type)) continue;
    const reason = `they return conflicting types "${first.type}" and "${other.type}"`;
    return { reason, nodes: [first.node, other.node] };
  }
  return null;
}

/** Whether two types look alike in an answer; what composite ones hold is compared field by field. */
function pollsLike(one: GraphQLOutputType, other: GraphQLOutputType): boolean {
  if (one === other) return true;
  if (isListType(one) || isListType(other)) {
    return isListType(one) && isListType(other) && pollsLike(one.ofType, other.ofType);
  }
  if (isNonNullType(one) || isNonNullType(other)) {
    return isNonNullType(one) && isNonNullType(other) && pollsLike(one.ofType, other.ofType);
  }
  return !isLeafType(one) && !isLeafType(other);
}

/** The same text for the same arguments, in whatever order they stand. Written once for each field, which may stand in many places. */
function argumentsText(node: FieldNode, texts: Walk['texts']): string {
  const known = texts.get(node);
  if (known !== undefined) return known;
  const said = (node.arguments ?? []).map(({ name, value }) => [name.value, comparableOf(value)] as const);
  const text = JSON.stringify(said.toSorted(byName));
  texts.set(node, text);
  return text;
}
