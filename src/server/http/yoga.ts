import { type ExecutionArgs, execute, type GraphQLSchema, type Source } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Gateway } from '../../gateway/gateway.ts';
import type { DocumentCache } from '../graphql/document-cache.ts';
import { type Guards, type Request as OperationRequest, ownerOf } from '../graphql/guards.ts';
import { jsonTypeOf } from './accept.ts';
import { createHttpResults, type HttpContext, type HttpOperation, type Publish } from './status.ts';

/** The parts that yoga needs. */
export type YogaDeps = {
  readonly schema: GraphQLSchema;
  readonly gateway: Gateway;
  readonly documentCache: DocumentCache;
  readonly guards: Guards;
  readonly publish: Publish;
};

const address = 'http://reelgate/graphql';

/** Answers queries and mutations over HTTP in JSON with graphql-yoga. */
export function createYogaResponses({ schema, gateway, documentCache, guards, publish }: YogaDeps) {
  const yoga = createYoga<HttpContext>({
    schema,
    plugins: [createGuarding(guards, documentCache), createHttpResults(publish)],
    graphqlEndpoint: '/graphql',
    // The server itself does pages, CORS, bodies, masking, caching and logging.
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    maxRequestBodySize: false,
    maskedErrors: false,
    logging: false,
    parserAndValidationCache: false,
    // Node's own, because its streams end at once when they are canceled.
    fetchAPI: { Request, Response, Headers, ReadableStream, TextEncoder, URL },
  });
  return async ({ method, accept, params, viewer, requestId }: HttpOperation): Promise<Response> => {
    const request = new Request(address, { method, headers: { accept: jsonTypeOf(accept) } });
    return yoga.handleRequest(request, { viewer, gateway, params, requestId, http: { method, accept } });
  };
}

/** A plugin that applies the same guards as every other transport. */
function createGuarding(guards: Guards, documentCache: DocumentCache) {
  return {
    onParse({ context, setParseFn }) {
      guards.admit(context);
      const owner = ownerOf(context);
      setParseFn((source: string | Source) => documentCache.parse(source, owner));
      return ({ result }) => {
        if (result !== null && !(result instanceof Error)) guards.operationOf(result, context);
      };
    },
    onValidate({ params: { documentAST }, setResult }) {
      setResult([...documentCache.validate(documentAST)]);
    },
    async onExecute({ args, extendContext, setExecuteFn, setResultAndStopExecution }) {
      setExecuteFn(async (run: ExecutionArgs) => documentCache.locate(await execute(run), run.document));
      const checked = await guards.check(args.contextValue, args.document);
      if ('errors' in checked) setResultAndStopExecution(checked);
      else extendContext(checked);
    },
  } satisfies Plugin<OperationRequest>;
}
