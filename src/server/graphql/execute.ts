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

/** Executes an operation as graphql-js does. Answers no promise where no resolver does; throws where graphql-js throws. */
export type Execute = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;

/** Each is many times as large as its document. */
const keptPrograms = 200;

/** Compiling takes as long as many executions: what is asked twice is not worth it yet. */
const defaultUses = 10;

/**
 * An executor for a schema: graphql-js, and programs of queries and of subscriptions' events that have been executed so often already (0:
 * programs of all, at once). A program's result counts only where it has no errors: those are told as graphql-js tells them, which
 * executes the operation anew. That may be, because both only read; mutations are never compiled.
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

/** Finds the program of an operation, which is compiled when it has become hot; null where it has none. */
function createPrograms(schema: GraphQLSchema, usesBefore: number): (args: ExecutionArgs) => Program | null {
  const compile = createCompile(schema);
  const programs = createLruCache<Program, OperationDefinitionNode>(keptPrograms);
  /** How often operations were executed since they were last compiled. Documents that are forgotten are so here. */
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
    // One that cannot be compiled never becomes hot.
    else uses.set(operation, Number.NEGATIVE_INFINITY);
    return program;
  };
}
