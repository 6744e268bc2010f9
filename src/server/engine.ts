import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute as executeOperation,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { Gateway, Viewer } from '../gateway.ts';
import type { Clock, Log } from '../ports.ts';
import type { Documents } from './documents.ts';
import { asGraphQLError, publicErrorOf } from './errors.ts';
import { createGuards } from './guards.ts';
import { createHttpResults, type HttpContext } from './http-result.ts';
import type { RateLimit } from './limits.ts';
import type { Params } from './params.ts';
import { createRecent } from './recent.ts';
import type { Asked } from './shared-key.ts';

/** An operation that came over HTTP. `accept` lists media types, the most wanted first; `requestId` stands in the log where it fails. */
type HttpOperation = {
  readonly method: string;
  readonly accept: readonly string[];
  readonly params: Params;
  readonly viewer: Viewer | null;
  readonly requestId: string;
};

/** An operation that has passed every guard. `run` begins it: a query or mutation is executed, a subscription's source is opened. */
export type Ready = {
  readonly operation: OperationDefinitionNode;
  readonly args: ExecutionArgs;
  readonly run: () => Promise<ExecutionResult | AsyncIterable<unknown>>;
};

/** Why an operation was refused whole: its errors as they go out, a list as JSON text. */
type Refused = { readonly refused: string };

/** Runs operations: the same parsing, guards, execution and errors whichever transport they came by. Nothing here rejects for what a client sent. */
export interface Engine {
  /** Answers over HTTP, with JSON or a stream of server-sent events. */
  respond(operation: HttpOperation): Promise<Response>;
  /** Takes an operation of any other transport through every guard. Never rejects. */
  prepare(asked: Asked): Promise<Ready | Refused>;
  /** Runs a query or mutation; its result as JSON text. Never rejects. */
  execute(ready: Ready): Promise<{ readonly payload: string } | Refused>;
  /** Opens what a subscription is fed by. Never rejects; the events may, with an error that `refuse` publishes. */
  subscribe(ready: Ready): Promise<AsyncIterator<unknown> | Refused>;
  /** Runs a subscription's operation on one event; its result as JSON text. */
  payloadOf(args: ExecutionArgs, event: unknown): Promise<string>;
  /** Whatever was thrown, as it goes out; what is masked is logged whole. */
  refuse(error: unknown): Refused;
}

/** What an engine is made of. */
export type EngineParts = {
  readonly schema: GraphQLSchema;
  readonly gateway: Gateway;
  readonly rateLimit: RateLimit;
  readonly documents: Documents;
  readonly clock: Pick<Clock, 'newId'>;
  readonly log: Log;
};

/** Documents kept parsed and validated; only ones of so many characters, so that the memory they take is bounded (about 100 MB at worst). */
const cachedDocuments = 500;
const longestCached = 4000;
const address = 'http://reelgate/graphql';

/** An engine on graphql-js's executor, with yoga for HTTP. */
export function createEngine({ schema, gateway, rateLimit, documents, clock, log }: EngineParts): Engine {
  function publish(error: GraphQLError, requestId: string): GraphQLError {
    return publicErrorOf(error, (unexpected) => {
      const err = unexpected.originalError ?? unexpected;
      log.error({ err, requestId, path: unexpected.path?.join('.') }, 'An operation failed unexpectedly.');
      return requestId;
    });
  }

  function publishAll(errors: readonly GraphQLError[]): readonly GraphQLError[] {
    const requestId = clock.newId();
    return errors.map((error) => publish(error, requestId));
  }

  function textOf(result: ExecutionResult): string {
    return JSON.stringify(result.errors === undefined ? result : { ...result, errors: publishAll(result.errors) });
  }

  const refusedBy = (errors: readonly GraphQLError[] = []) => ({ refused: JSON.stringify(publishAll(errors)) });
  const refuse = (error: unknown) => refusedBy([asGraphQLError(error)]);

  const yoga = createYoga<HttpContext>({
    schema,
    plugins: [createGuards({ gateway, rateLimit, documents }), createHttpResults(publish)],
    graphqlEndpoint: '/graphql',
    // Pages, CORS, bodies, masking and logging are the server's own.
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    maxRequestBodySize: false,
    maskedErrors: false,
    logging: false,
    parserAndValidationCache: { documentCache: createDocumentCache(), errorCache: createRecent<unknown>(100) },
    // Node's own, whose streams end at once when they are canceled.
    fetchAPI: { Request, Response, Headers, ReadableStream, TextEncoder, URL },
  });

  return {
    refuse,
    async respond({ method, accept, params, viewer, requestId }) {
      const request = new Request(address, { method, headers: { accept: accept.join(', ') } });
      return yoga.handleRequest(request, { viewer, gateway, params, requestId });
    },
    async prepare({ viewer, params }) {
      try {
        const { parse, validate, contextFactory, execute, subscribe } = yoga.getEnveloped({ viewer, gateway, params });
        const document: DocumentNode = parse(params.query);
        const invalid: readonly GraphQLError[] = validate(schema, document);
        const { operationName, variables: variableValues } = params;
        const operation = getOperationAST(document, operationName);
        // The guards have thrown where none is meant.
        if (invalid.length > 0 || !operation) return refusedBy(invalid);
        const args = { schema, document, operationName, variableValues, contextValue: await contextFactory() };
        return {
          operation,
          args,
          run: async () => (operation.operation === 'subscription' ? subscribe : execute)(args),
        };
      } catch (error) {
        return refuse(error);
      }
    },
    async execute({ run }) {
      try {
        const result = await run();
        if ('data' in result) return { payload: textOf(result) };
        // What ends before any data is refused whole, and clients are told so by another message than a result.
        return refusedBy('errors' in result ? result.errors : []);
      } catch (error) {
        return refuse(error);
      }
    },
    async subscribe({ run }) {
      try {
        const begun = await run();
        return Symbol.asyncIterator in begun ? begun[Symbol.asyncIterator]() : refusedBy(begun.errors);
      } catch (error) {
        return refuse(error);
      }
    },
    payloadOf: async (args, event) => textOf(await executeOperation({ ...args, rootValue: event })),
  };
}

function createDocumentCache() {
  const documents = createRecent<DocumentNode>(cachedDocuments);
  return {
    get: documents.get,
    set(text: string, document: DocumentNode) {
      if (text.length <= longestCached) documents.set(text, document);
    },
  };
}
