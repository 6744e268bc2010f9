import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  getOperationAST,
  parse,
  validate,
} from 'graphql';
import { expect } from 'vitest';
import type { Context } from '../../schema/context.ts';
import type { Subject, Viewer } from '../../src/gateway/gateway.ts';
import { createCompile } from '../../src/server/graphql/compile.ts';
import { createExecute } from '../../src/server/graphql/execute.ts';
import type { ServerOptions } from '../../src/server/server.ts';
import type { Ids } from '../direct/corpus.ts';
import { prepare } from '../direct/world.ts';
import { openWorld } from '../hub/world.ts';

/** The parameters of an operation. */
type Run = { readonly query: string; readonly variables?: Record<string, unknown>; readonly root?: unknown };

/** Both executors over one gateway that has some history. */
export type Executors = {
  readonly schema: GraphQLSchema;
  readonly ids: Ids;
  /**
   * Runs a valid operation compiled and by graphql-js; returns the text of both results, and whether the first came from a compiled
   * program.
   */
  both(
    run: Run,
    viewer?: Viewer,
  ): Promise<{ readonly compiled: string; readonly plain: string; readonly isCompiled: boolean }>;
  /** The first events of a subscription, up to a limit. */
  eventsOf(run: Run, limit: number): Promise<readonly unknown[]>;
  isValid(query: string): boolean;
  /** The viewer for a subject. */
  enter(subject: Subject): Promise<Viewer>;
};

/** The viewer with all rights. */
export const admin: Subject = { userId: 'ada', environment: 'TEST', roles: ['admin'] };

/** Opens both for the calling test. */
export async function openExecutors(): Promise<Executors> {
  const opened: ServerOptions[] = [];
  const open = async (given: ServerOptions) => {
    opened.push(given);
    return { url: '', close: () => Promise.resolve() };
  };
  const ids = await prepare(await openWorld({ open }));
  const { schema, gateway } = opened[0] ?? expect.fail();
  const run = createExecute(schema, 0);
  const compile = createCompile(schema);
  const ada = await gateway.ensureAccount(admin);
  const argsOf = ({ query, variables, root }: Run, viewer = ada): ExecutionArgs => {
    const contextValue: Context = { viewer, gateway };
    return { schema, document: parse(query), variableValues: variables, rootValue: root, contextValue };
  };
  return {
    schema,
    ids,
    enter: gateway.ensureAccount,
    isValid: (query) => validate(schema, parse(query)).length === 0,
    async both(operation, viewer) {
      const args = argsOf(operation, viewer);
      const node = getOperationAST(args.document);
      const isCompiled = node !== null && node !== undefined && compile(args.document, node) !== null;
      return { compiled: textOf(await run(args)), plain: textOf(await execute(args)), isCompiled };
    },
    async eventsOf(operation, limit) {
      const stream = await createSourceEventStream(argsOf(operation));
      if (!(Symbol.asyncIterator in stream)) expect.fail(textOf(stream));
      const events: unknown[] = [];
      const iterator = stream[Symbol.asyncIterator]();
      for (let step = await iterator.next(); step.done !== true; step = await iterator.next()) {
        events.push(step.value);
        if (events.length === limit) break;
      }
      await iterator.return?.();
      return events;
    },
  };
}

function textOf(result: ExecutionResult): string {
  return JSON.stringify(result);
}
