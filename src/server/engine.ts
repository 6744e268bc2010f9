import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
} from 'graphql';
import { createYoga, mapAsyncIterator } from 'graphql-yoga';
import type { Gateway, Viewer } from '../gateway.ts';
import type { Log } from '../ports.ts';
import { asGraphQLError, publicErrorOf } from './errors.ts';
import { createGuards } from './guards.ts';
import { createHttpResults, type HttpContext } from './http-result.ts';
import type { RateLimit } from './limits.ts';
import type { Params } from './params.ts';
import { createRecent } from './recent.ts';

/** An operation that came over HTTP. `accept` lists media types, the most wanted first; `requestId` stands in the log where it fails. */
type HttpOperation = {
  readonly method: string;
  readonly accept: readonly string[];
  readonly params: Params;
  readonly viewer: Viewer | null;
  readonly requestId: string;
};

/** What an operation gives: one result, or a stream of them. */
export type Results = ExecutionResult | AsyncIterable<ExecutionResult>;

/** An operation that runs, its results as they go out; or the errors for which it was refused whole, yet to be published. */
type Started = { readonly args: ExecutionArgs; readonly results: Results } | readonly GraphQLError[];

/** Runs operations: the same parsing, guards, execution and errors whichever transport they came by. */
export interface Engine {
  /** Answers over HTTP, with JSON or a stream of server-sent events. Never rejects for what a client sent. */
  respond(operation: HttpOperation): Promise<Response>;
  /** Starts an operation for a transport that sends the results itself. Never rejects; a stream may, with an error yet to be published. */
  start(viewer: Viewer | null, params: Params, requestId: string): Promise<Started>;
  /** An error as it goes out; what is masked is logged under the request id. */
  publish(error: GraphQLError, requestId: string): GraphQLError;
}

/** What an engine is made of. */
export type EngineParts = {
  readonly schema: GraphQLSchema;
  readonly gateway: Gateway;
  readonly rateLimit: RateLimit;
  readonly log: Log;
};

/** Documents kept parsed and validated; only ones of so many characters, so that the memory they take is bounded (about 100 MB at worst). */
const cachedDocuments = 500;
const longestCached = 4000;
const address = 'http://reelgate/graphql';

/** An engine on graphql-js's executor, with yoga for HTTP. */
export function createEngine({ schema, gateway, rateLimit, log }: EngineParts): Engine {
  function publish(error: GraphQLError, requestId: string): GraphQLError {
    return publicErrorOf(error, (unexpected) => {
      const err = unexpected.originalError ?? unexpected;
      log.error({ err, requestId, path: unexpected.path?.join('.') }, 'An operation failed unexpectedly.');
      return requestId;
    });
  }

  function publishedOf(results: Results, requestId: string): Results {
    if (isStream(results)) return mapAsyncIterator(results, (each) => publishedResult(each, requestId));
    return publishedResult(results, requestId);
  }

  function publishedResult(result: ExecutionResult, requestId: string): ExecutionResult {
    if (result.errors === undefined) return result;
    return { ...result, errors: result.errors.map((error) => publish(error, requestId)) };
  }

  const yoga = createYoga<HttpContext>({
    schema,
    plugins: [createGuards({ gateway, rateLimit }), createHttpResults(publish)],
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
    publish,
    async respond({ method, accept, params, viewer, requestId }) {
      const request = new Request(address, { method, headers: { accept: accept.join(', ') } });
      return yoga.handleRequest(request, { viewer, gateway, params, requestId });
    },
    async start(viewer, params, requestId) {
      try {
        const { parse, validate, contextFactory, execute, subscribe } = yoga.getEnveloped({ viewer, gateway, params });
        const document: DocumentNode = parse(params.query);
        const invalid: readonly GraphQLError[] = validate(schema, document);
        if (invalid.length > 0) return invalid;
        const { operationName, variables: variableValues } = params;
        const args = { schema, document, operationName, variableValues, contextValue: await contextFactory() };
        const operation = getOperationAST(document, operationName);
        const results: Results = await (operation?.operation === 'subscription' ? subscribe(args) : execute(args));
        // What ends before any data is refused whole, and clients are told so by another message than a result.
        const refused = !(isStream(results) || 'data' in results);
        return refused ? (results.errors ?? []) : { args, results: publishedOf(results, requestId) };
      } catch (error) {
        return [asGraphQLError(error)];
      }
    },
  };
}

/** Whether results are a stream of them. */
export function isStream(results: Results): results is AsyncIterable<ExecutionResult> {
  return Symbol.asyncIterator in results;
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
