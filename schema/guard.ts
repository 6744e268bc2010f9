import {
  defaultFieldResolver,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLFieldResolver,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isUnionType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { hasScope, reachesAllJobs } from '../src/domain/access.ts';
import type { Viewer } from '../src/gateway/gateway.ts';
import { type Decision, decisionOf } from './access.ts';
import { type Context, viewerOf } from './context.ts';
import { refusal } from './error.ts';

type Field = GraphQLField<unknown, Context>;

type Resolve = GraphQLFieldResolver<unknown, Context>;

/**
 * Wraps every resolver and subscription of the schema in an access check. This is the only such check, for every transport and executor.
 * The decisions are in access.ts; this throws if a field has none.
 */
export function guarded(schema: GraphQLSchema): GraphQLSchema {
  const checkedUpFront = new Set([schema.getMutationType()?.name, schema.getSubscriptionType()?.name]);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || !(isObjectType(type) || isInterfaceType(type))) continue;
    for (const field of Object.values(type.getFields())) {
      const decision = decisionOf(type.name, field.name);
      if (isObjectType(type) && decision.needs !== 'open') guard(field, decision, checkedUpFront.has(type.name));
    }
  }
  return schema;
}

function guard(field: Field, decision: Decision, isCheckedUpFront: boolean): void {
  const before = (resolve: Resolve, checksSelection: boolean): Resolve => {
    return (source, args, context, info) => {
      const viewer = viewerOf(context);
      demand(viewer, decision);
      if (checksSelection) demandSelected(viewer, info);
      return resolve(source, args, context, info);
    };
  };
  const { resolve = defaultFieldResolver, subscribe } = field;
  field.resolve = before(resolve, isCheckedUpFront && subscribe === undefined);
  if (subscribe !== undefined) field.subscribe = before(subscribe, isCheckedUpFront);
}

/** Throws FORBIDDEN if the decision does not allow this viewer. */
function demand(viewer: Viewer, { needs, allJobs = false }: Decision): void {
  if (needs !== 'open' && needs !== 'signedIn' && !hasScope(viewer, needs)) {
    throw refusal('FORBIDDEN', needs === 'admin' ? 'This is for admins only.' : `This needs the scope ${needs}.`);
  }
  if (allJobs && !reachesAllJobs(viewer)) {
    throw refusal('FORBIDDEN', 'This token is limited to certain jobs.');
  }
}

/**
 * Also checks every field that the operation selects, the other mutations of its document included. None must run, and cost money, if its
 * viewer may not see the response: one refused mutation empties it.
 */
function demandSelected(viewer: Viewer, info: GraphQLResolveInfo): void {
  const { operation, fragments, parentType, schema, variableValues } = info;
  const seen = new Set<string>();

  function checkSet(type: GraphQLCompositeType, set: SelectionSetNode | undefined): void {
    for (const selection of set?.selections ?? []) {
      if (!isIncluded(selection, variableValues)) continue;
      if (selection.kind === Kind.FIELD) checkField(type, selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        checkSet(conditionOf(selection.typeCondition?.name.value) ?? type, selection.selectionSet);
      } else if (!seen.has(selection.name.value)) {
        seen.add(selection.name.value);
        const fragment = fragments[selection.name.value];
        checkSet(conditionOf(fragment?.typeCondition.name.value) ?? type, fragment?.selectionSet);
      }
    }
  }

  function checkField(type: GraphQLCompositeType, { name, selectionSet }: FieldNode): void {
    const field = isUnionType(type) ? undefined : type.getFields()[name.value];
    // `__typename` shows nobody's data.
    if (field === undefined) return;
    demand(viewer, decisionOf(type.name, field.name));
    const below = getNamedType(field.type);
    if (isCompositeType(below)) checkSet(below, selectionSet);
  }

  function conditionOf(name: string | undefined): GraphQLCompositeType | undefined {
    const type = name === undefined ? undefined : schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }

  checkSet(parentType, operation.selectionSet);
}

/** Whether `@skip` and `@include` leave a selection in the operation. */
function isIncluded(selection: SelectionNode, variables: GraphQLResolveInfo['variableValues']): boolean {
  if (selection.directives?.length === 0) return true;
  return (
    getDirectiveValues(GraphQLSkipDirective, selection, variables)?.['if'] !== true &&
    getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.['if'] !== false
  );
}
