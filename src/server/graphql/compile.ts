import {
  type ASTNode,
  BREAK,
  type DocumentNode,
  defaultFieldResolver,
  defaultTypeResolver,
  type ExecutionResult,
  type GraphQLAbstractType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type GraphQLTypeResolver,
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
 * An operation as a program. Where its result has no errors, that is graphql-js's result; where it has some, or it throws or rejects, it
 * only says that graphql-js is to be asked. Returns no promise where no resolver does.
 */
export type Program = (
  root: unknown,
  context: unknown,
  variables: ExecutionResult['data'],
) => ExecutionResult | Promise<ExecutionResult>;

/** Makes a program of an operation of a document that passed validation. Null where it must stay graphql-js's. */
export type Compile = (document: DocumentNode, operation: OperationDefinitionNode) => Program | null;

/** Programs are written out for each type that an interface or union can be: a short document could become one that stops everything while it is compiled. */
const maxFields = 1000;

/** A compiler for a schema: graphql-jit, for the operations that it does as graphql-js does. */
export function createCompile(schema: GraphQLSchema): Compile {
  const own = ownSchema(schema);
  return (document, operation) => {
    if (operation.operation === 'mutation' || !isPlain(own, document)) return null;
    if (fieldsOf(own, document, operation) > maxFields) return null;
    const options = { disablingCapturingStackErrors: true };
    const compiled = compileQuery(own, document, operation.name?.value, options);
    return isCompiledQuery(compiled) ? compiled.query : null;
  };
}

/** The fields of a program: those of fragments wherever they are spread, and all below an interface or a union once for each of its types. */
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
 * A copy of the schema for compiled programs, which catch less than graphql-js does. What throws where they call it behind a promise
 * would be nobody's, and end the process: types are told quietly, and every field has a resolver.
 */
function ownSchema(schema: GraphQLSchema): GraphQLSchema {
  // Of what graphql-js offers, sorting is what copies every type. No answer depends on the order.
  const own = lexicographicSortSchema(schema);
  for (const type of Object.values(own.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    if (isObjectType(type)) for (const field of Object.values(type.getFields())) field.resolve ??= defaultFieldResolver;
    if (isAbstractType(type)) type.resolveType = quietly(type, type.resolveType ?? defaultTypeResolver);
  }
  return own;
}

/** Tells no type, and graphql-js is asked, where the schema throws or only promises one. */
function quietly(type: GraphQLAbstractType, resolve: GraphQLTypeResolver<unknown, unknown>) {
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

/** All that a compiled document may consist of: no directives, and no values in which a client could write text. */
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

/** What an alias must look like: paths are joined by "_", with types in upper case and "idx0" in them, and must stay apart. */
const plainAlias = /^(?!idx\d)[a-z][A-Za-z0-9]*$/;

/**
 * Whether graphql-jit 0.8.9 can be trusted with a document, each rule for something that it does otherwise:
 * - Text in a document could become code: one that begins as the compiler marks dates is taken for an expression, and run.
 * - Conditions of one fragment spread twice are joined as if both had to hold, and left in the document for the next who reads it.
 * - A variable inside a list or an object is null where it is left out, and one that may not be null loses its default. One that is an
 *   object may be given a list.
 * - A name `__proto__` in the answer sets a prototype. What asks about the schema is long, and asked once.
 */
function isPlain(schema: GraphQLSchema, document: DocumentNode): boolean {
  let plain = true;
  let depth = 0;
  visit(document, {
    enter(node) {
      plain &&= plainKinds.has(node.kind) && isAlike(schema, node) && (node.kind !== Kind.VARIABLE || depth === 0);
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

function isAlike(schema: GraphQLSchema, node: ASTNode): boolean {
  if (node.kind === Kind.NAME) return node.value === '__typename' || !node.value.startsWith('__');
  if (node.kind === Kind.FIELD) return node.alias === undefined || plainAlias.test(node.alias.value);
  if (node.kind !== Kind.VARIABLE_DEFINITION) return true;
  if (node.type.kind === Kind.NON_NULL_TYPE && node.defaultValue !== undefined) return false;
  return isLeafType(schema.getType(namedTypeOf(node.type)));
}

function namedTypeOf(node: TypeNode): string {
  return node.kind === Kind.NAMED_TYPE ? node.name.value : namedTypeOf(node.type);
}
