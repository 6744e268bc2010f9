import {
  defaultFieldResolver,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isUnionType,
  Kind,
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
 * A schema that asks, before any of its resolvers and subscriptions runs, whether the viewer may: the one place where that is done, for
 * every transport and executor. What may be seen stands in access.ts. Throws where that says nothing of a field.
 */
export function guarded(schema: GraphQLSchema): GraphQLSchema {
  const begins = new Set([schema.getMutationType()?.name, schema.getSubscriptionType()?.name]);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || !(isObjectType(type) || isInterfaceType(type))) continue;
    for (const field of Object.values(type.getFields())) {
      const decision = decisionOf(type.name, field.name);
      if (isObjectType(type) && decision.needs !== 'open') guard(field, decision, begins.has(type.name));
    }
  }
  return schema;
}

function guard(field: Field, decision: Decision, begins: boolean): void {
  const before = (resolve: Resolve, pollsAhead: boolean): Resolve => {
    return (source, args, context, info) => {
      const viewer = viewerOf(context);
      demand(viewer, decision);
      if (pollsAhead && viewer.access !== undefined) demandSelected(viewer, info);
      return resolve(source, args, context, info);
    };
  };
  const { resolve = defaultFieldResolver, subscribe } = field;
  field.resolve = before(resolve, begins && subscribe === undefined);
  if (subscribe !== undefined) field.subscribe = before(subscribe, begins);
}

/** Throws FORBIDDEN where the viewer may not see what this was decided about. */
function demand(viewer: Viewer, { needs, allJobs = false }: Decision): void {
  if (needs !== 'open' && needs !== 'signedIn' && !hasScope(viewer, needs)) {
    throw refusal(
      'FORBIDDEN',
      needs === 'admin' ? 'This is for tokens with the admin role.' : `This needs the scope ${needs}.`,
    );
  }
  if (allJobs && !reachesAllJobs(viewer)) {
    throw refusal('FORBIDDEN', 'This token is for the jobs that it lists and for no others.');
  }
}

/** Also asks about all that is selected below: a mutation must not be done, and paid for, whose answer may not be told. */
function demandSelected(viewer: Viewer, { fieldNodes, fragments, returnType, schema }: GraphQLResolveInfo): void {
  const seen = new Set<string>();

  function poll(type: GraphQLCompositeType, set: SelectionSetNode | undefined): void {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) nextPollAt(type, selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        poll(conditionOf(selection.typeCondition?.name.value) ?? type, selection.selectionSet);
      } else if (!seen.has(selection.name.value)) {
        seen.add(selection.name.value);
        const fragment = fragments[selection.name.value];
        poll(conditionOf(fragment?.typeCondition.name.value) ?? type, fragment?.selectionSet);
      }
    }
  }

  function nextPollAt(type: GraphQLCompositeType, { name, selectionSet }: FieldNode): void {
    const field = isUnionType(type) ? undefined : type.getFields()[name.value];
    // What every type has tells nothing of anyone.
    if (field === undefined) return;
    demand(viewer, decisionOf(type.name, field.name));
    const below = getNamedType(field.type);
    if (isCompositeType(below)) poll(below, selectionSet);
  }

  function conditionOf(name: string | undefined): GraphQLCompositeType | undefined {
    const type = name === undefined ? undefined : schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }

  const type = getNamedType(returnType);
  if (!isCompositeType(type)) return;
  for (const { selectionSet } of fieldNodes) poll(type, selectionSet);
}
