import { type DocumentNode, execute, type GraphQLSchema, subscribe } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Gateway } from '../../gateway/gateway.ts';
import type { DocumentCache } from '../graphql/document-cache.ts';
import type { Request as Asked, Checked, Guards } from '../graphql/guards.ts';
import { createHttpResults, type HttpContext, type HttpOperation, type Publish } from './status.ts';

/** What it is made of. */
export type YogaDeps = {
  readonly schema: GraphQLSchema;
  readonly gateway: Gateway;
  readonly documentCache: DocumentCache;
  readonly guards: Guards;
  readonly publish: Publish;
};

const address = 'http://reelgate/graphql';

/** Answers whatever comes over HTTP, streams of server-sent events too: all that graphql-yoga can do. */
export function createYogaResponses({ schema, gateway, documentCache, guards, publish }: YogaDeps) {
  const yoga = createYoga<HttpContext>({
    schema,
    plugins: [createGuarding(guards, documentCache), createHttpResults(publish)],
    graphqlEndpoint: '/graphql',
    // Pages, CORS, bodies, masking, caching and logging are the server's own.
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    maxRequestBodySize: false,
    maskedErrors: false,
    logging: false,
    parserAndValidationCache: false,
    // Node's own, whose streams end at once when they are canceled.
    fetchAPI: { Request, Response, Headers, ReadableStream, TextEncoder, URL },
  });
  return async ({ method, accept, params, viewer, requestId }: HttpOperation): Promise<Response> => {
    const request = new Request(address, { method, headers: { accept: accept.join(', ') } });
    return yoga.handleRequest(request, { viewer, gateway, params, requestId, http: { method, accept } });
  };
}

/** Has yoga's operations pass the guards that all others pass. */
function createGuarding(guards: Guards, documentCache: DocumentCache) {
  return {
    onParse({ context, setParseFn }) {
      guards.admit(context);
      setParseFn(documentCache.parse);
      return ({ result }) => {
        if (result !== null && !(result instanceof Error)) guards.operationOf(result, context);
      };
    },
    onValidate({ params: { documentAST }, setResult }) {
      setResult([...documentCache.validate(documentAST)]);
    },
    async onExecute({ args, extendContext, setExecuteFn, setResultAndStopExecution }) {
      setExecuteFn(execute);
      const checked = await check(guards, args);
      if ('errors' in checked) setResultAndStopExecution(checked);
      else extendContext(checked);
    },
    async onSubscribe({ args, extendContext, setSubscribeFn, setResultAndStopExecution }) {
      setSubscribeFn(subscribe);
      const checked = await check(guards, args);
      if ('errors' in checked) setResultAndStopExecution(checked);
      else extendContext(checked);
    },
  } satisfies Plugin<Asked>;
}

type Run = { readonly document: DocumentNode; readonly contextValue?: unknown };

async function check(guards: Guards, { document, contextValue }: Run): Promise<Checked> {
  // Our own context, which the engine's types have forgotten.
  const asked = contextValue as Asked;
  return guards.check(asked, document);
}
