import {
  type ASTNode,
  BREAK,
  type DocumentNode,
  defaultFieldResolver,
  defaultTypeResolver,
  type ExecutionResult,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  getNullableType,
  isAbstractType,
  isIntrospectionType,
  isLeafType,
  isObjectType,
  Kind,
  lexicographicSortSchema,
  type OperationDefinitionNode,
  type TypeNode,
  visit,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { createComplexities } from './complexity.ts';
import { fragmentsOf } from './document.ts';

/**
 * A compiled operation. A result without errors equals graphql-js's result. Where it has errors, throws or rejects, graphql-js must execute
 * the operation instead. Returns no promise unless a resolver does.
 */
export type Program = (
  root: unknown,
  context: unknown,
  variables: ExecutionResult['data'],
) => ExecutionResult | Promise<ExecutionResult>;

/** Compiles an operation of a valid document. Null where graphql-js must execute it. */
export type Compile = (document: DocumentNode, operation: OperationDefinitionNode) => Program | null;

/** Programs repeat fields for each type of an interface or union, so compiling even a short document could block the process. */
const maxFields = 1000;

/** A compiler for a schema: graphql-jit, for the operations that it executes exactly as graphql-js does. */
export function createCompile(schema: GraphQLSchema): Compile {
  const copy = compiledSchemaOf(schema);
  return (document, operation) => {
    if (operation.operation === 'mutation' || !isPlain(copy, document)) return null;
    if (fieldsOf(copy, document, operation) > maxFields) return null;
    const options = { disablingCapturingStackErrors: true };
    const compiled = compileQuery(copy, document, operation.name?.value, options);
    return isCompiledQuery(compiled) ? compiled.query : null;
  };
}

/** Counts the fields of a program: those of fragments at each spread, those below an interface or a union once for each of its types. */
function fieldsOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): number {
  const fragments = fragmentsOf(document);
  const complexityOf = createComplexities({
    schema,
    fragment: (name) => fragments.get(name),
    times: (_field, _node, below) => (isAbstractType(below) ? schema.getPossibleTypes(below).length : 1),
  });
  return complexityOf(schema.getRootType(operation.operation) ?? undefined, operation.selectionSet);
}

/**
 * A copy of the schema for compiled programs, which catch fewer errors than graphql-js. An error thrown after a promise would be unhandled
 * and end the process. So type resolvers never throw here, and every field has a resolver, except those that `isExposed` names.
 */
function compiledSchemaOf(schema: GraphQLSchema): GraphQLSchema {
  // Sorting is graphql-js's way to copy every type; no result depends on the order.
  const own = lexicographicSortSchema(schema);
  for (const type of Object.values(own.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    if (isObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        if (isExposed(field)) delete field.resolve;
        else field.resolve ??= defaultFieldResolver;
      }
    }
    if (isAbstractType(type)) type.resolveType = withoutThrowing(type, type.resolveType ?? defaultTypeResolver);
  }
  return own;
}

/**
 * Whether a field is a scalar or an enum that the schema exposes: Pothos then names the default resolver. Exposed properties belong to the
 * plain objects of the domain, so reading them throws nothing, and a program reads them itself, without a call for each.
 */
function isExposed({ resolve, type }: GraphQLField<unknown, unknown>): boolean {
  return resolve === defaultFieldResolver && isLeafType(getNullableType(type));
}

/** Returns no type where the schema throws or returns a promise, so that graphql-js executes the operation. */
function withoutThrowing(type: GraphQLAbstractType, resolve: GraphQLTypeResolver<unknown, unknown>) {
  return (value: unknown, context: unknown, info: GraphQLResolveInfo): string | undefined => {
    try {
      const name = resolve(value, context, info, type);
      if (!(name instanceof Promise)) return name;
      name.catch(() => undefined);
      return undefined;
    } catch {
      return undefined;
    }
  };
}

/** The only node kinds in a compiled document: no directives, and no values that contain a client's text. */
const plainKinds: ReadonlySet<string> = new Set([
  Kind.DOCUMENT,
  Kind.OPERATION_DEFINITION,
  Kind.FRAGMENT_DEFINITION,
  Kind.VARIABLE_DEFINITION,
  Kind.SELECTION_SET,
  Kind.FIELD,
  Kind.FRAGMENT_SPREAD,
  Kind.INLINE_FRAGMENT,
  Kind.ARGUMENT,
  Kind.NAME,
  Kind.NAMED_TYPE,
  Kind.LIST_TYPE,
  Kind.NON_NULL_TYPE,
  Kind.VARIABLE,
  Kind.INT,
  Kind.BOOLEAN,
  Kind.ENUM,
  Kind.NULL,
  Kind.LIST,
  Kind.OBJECT,
  Kind.OBJECT_FIELD,
]);

/** Aliases must not clash in graphql-jit's paths, which join names, upper-case types and "idx0" by "_". */
const plainAlias = /^(?!idx\d)[a-z][A-Za-z0-9]*$/;

/**
 * Whether graphql-jit 0.8.9 executes a document correctly. Each rule avoids a difference from graphql-js:
 * - Text in a document could become code: a string with the prefix that the compiler uses for dates is run as an expression.
 * - The conditions of a fragment that is spread twice are combined as if both had to hold, and the document itself is changed.
 * - An omitted variable inside a list or an object becomes null, a non-null variable loses its default, and one of an input object type
 *   accepts a list.
 * - A name `__proto__` in the result sets a prototype. Introspection is long and asked once, so it is not worth compiling.
 */
function isPlain(schema: GraphQLSchema, document: DocumentNode): boolean {
  let plain = true;
  let depth = 0;
  visit(document, {
    enter(node) {
      plain &&= plainKinds.has(node.kind) && isPlainNode(schema, node) && (node.kind !== Kind.VARIABLE || depth === 0);
      if (holdsValues(node)) depth += 1;
      return plain ? undefined : BREAK;
    },
    leave(node) {
      if (holdsValues(node)) depth -= 1;
    },
  });
  return plain;
}

const holdsValues = ({ kind }: ASTNode) => kind === Kind.LIST || kind === Kind.OBJECT;

function isPlainNode(schema: GraphQLSchema, node: ASTNode): boolean {
  if (node.kind === Kind.NAME) return node.value === '__typename' || !node.value.startsWith('__');
  if (node.kind === Kind.FIELD) return node.alias === undefined || plainAlias.test(node.alias.value);
  if (node.kind !== Kind.VARIABLE_DEFINITION) return true;
  if (node.type.kind === Kind.NON_NULL_TYPE && node.defaultValue !== undefined) return false;
  return isLeafType(schema.getType(namedTypeOf(node.type)));
}

function namedTypeOf(node: TypeNode): string {
  return node.kind === Kind.NAMED_TYPE ? node.name.value : namedTypeOf(node.type);
}
