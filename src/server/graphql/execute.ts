import {
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql';
import { createLruCache } from '../../lib/lru-cache.ts';
import { createCompile, type Program } from './compile.ts';

/** Executes an operation as graphql-js does. Returns no promise unless a resolver does; throws where graphql-js throws. */
export type Execute = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;

/** Each program is many times as large as its document. */
const keptPrograms = 200;

/** Compiling takes as long as many executions, so it does not pay for an operation that runs twice. */
const defaultUses = 10;

/**
 * An executor for a schema: graphql-js, and compiled programs of queries and subscriptions that have been executed `usesBefore` times. When
 * a program's result has errors, graphql-js executes the operation again, so that errors are always its own. That is safe because both
 * only read; mutations are never compiled.
 */
export function createExecute(schema: GraphQLSchema, usesBefore = defaultUses): Execute {
  const programOf = createPrograms(schema, usesBefore);
  return (args) => {
    const program = programOf(args);
    if (program === null) return execute(args);
    let result: ReturnType<Program>;
    try {
      result = program(args.rootValue, args.contextValue, args.variableValues);
    } catch {
      return execute(args);
    }
    if (!(result instanceof Promise)) return result.errors === undefined ? result : execute(args);
    return result.then(
      (settled) => (settled.errors === undefined ? settled : execute(args)),
      () => execute(args),
    );
  };
}

/** Finds the program of an operation, compiled once the operation is hot; null where it has none. */
function createPrograms(schema: GraphQLSchema, usesBefore: number): (args: ExecutionArgs) => Program | null {
  const compile = createCompile(schema);
  const programs = createLruCache<Program, OperationDefinitionNode>(keptPrograms);
  /** How often each operation was executed since it was last compiled. Forgotten documents are forgotten here, too. */
  const uses = new WeakMap<OperationDefinitionNode, number>();

  return ({ document, operationName }) => {
    const operation = getOperationAST(document, operationName);
    if (!operation) return null;
    const known = programs.get(operation);
    if (known !== undefined) return known;
    const used = uses.get(operation) ?? 0;
    uses.set(operation, used < usesBefore ? used + 1 : 0);
    if (used < usesBefore) return null;
    const program = compile(document, operation);
    if (program !== null) programs.set(operation, program);
    // An operation that cannot be compiled never becomes hot.
    else uses.set(operation, Number.NEGATIVE_INFINITY);
    return program;
  };
}
