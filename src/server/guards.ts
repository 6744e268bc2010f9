import { createSourceEventStream, type DocumentNode, execute, GraphQLError, getOperationAST, subscribe } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../schema/builder.ts';
import type { Gateway, Viewer } from '../gateway.ts';
import { acceptsEvents, readAccept } from './accept.ts';
import { MaxCostRule, MaxPaidRule } from './cost.ts';
import { isIntrospection, MaxDepthRule, parseBounded } from './document.ts';
import type { Documents } from './documents.ts';
import { coded, refusal } from './errors.ts';
import { type RateLimit, userKeyOf } from './limits.ts';
import type { Params } from './params.ts';
import { createRecent } from './recent.ts';

/** What an operation is run with. `request` is there where it came over HTTP. */
type OperationContext = Context & { readonly params: Params; readonly request?: Request };

/** What guards ask. */
type GuardParts = {
  readonly gateway: Gateway;
  readonly rateLimit: RateLimit;
  readonly documents: Documents;
};

/** What every operation must pass, whichever transport it came by: the caller's rate, bounds on the document, a token for all but introspection. */
export function createGuards({ gateway, rateLimit, documents }: GuardParts) {
  const arrive = createArrivals(gateway);
  return {
    onParse({ context, setParseFn }) {
      spend(rateLimit, context.viewer);
      documents.demandTrusted(context.params.query);
      setParseFn(parseBounded);
      return ({ result, replaceParseResult }) => {
        if (result instanceof GraphQLError) replaceParseResult(coded(result, 'GRAPHQL_PARSE_FAILED'));
        else if (!(result instanceof Error)) checkOperation(result, context);
      };
    },
    onValidate({ addValidationRule }) {
      for (const rule of [MaxDepthRule, MaxCostRule, MaxPaidRule]) addValidationRule(rule);
      return ({ result, setResult }) => setResult(result.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED')));
    },
    async onContextBuilding({ context }) {
      if (context.viewer !== null) await arrive(context.viewer);
    },
    onExecute({ args, setExecuteFn, setResultAndStopExecution }) {
      setExecuteFn(execute);
      if (needsToken(args)) setResultAndStopExecution({ errors: [tokenNeeded()] });
    },
    onSubscribe({ args, setSubscribeFn, setResultAndStopExecution }) {
      // A transport of our own executes the operation on each event itself.
      setSubscribeFn(contextOf(args).request === undefined ? createSourceEventStream : subscribe);
      if (needsToken(args)) setResultAndStopExecution({ errors: [tokenNeeded()] });
    },
  } satisfies Plugin<OperationContext>;
}

function spend(rateLimit: RateLimit, viewer: Viewer | null): void {
  const retryAfterSeconds = viewer === null ? 0 : rateLimit(userKeyOf(viewer));
  if (retryAfterSeconds === 0) return;
  throw refusal('RATE_LIMITED', `Too many requests; try again in ${retryAfterSeconds} s.`, { retryAfterSeconds });
}

/** Throws where no operation of the document is meant, or one that must not come this way. */
function checkOperation(document: DocumentNode, { params, request }: OperationContext): void {
  const operation = getOperationAST(document, params.operationName);
  if (!operation) {
    throw refusal(
      'BAD_USER_INPUT',
      '"operationName" must name one of the operations; with a single one it may be left out.',
    );
  }
  if (request === undefined) return;
  if (operation.operation === 'mutation' && request.method === 'GET') {
    const http = { status: 405, headers: { Allow: 'POST' } };
    throw refusal('BAD_USER_INPUT', 'A mutation must be sent by POST.', { http });
  }
  if (
    operation.operation === 'subscription' &&
    !acceptsEvents(readAccept(request.headers.get('accept') ?? undefined))
  ) {
    throw refusal('BAD_USER_INPUT', 'A subscription needs "Accept: text/event-stream", or a WebSocket.', {
      http: { status: 406 },
    });
  }
}

type Run = { readonly document: DocumentNode; readonly operationName?: unknown; readonly contextValue?: unknown };

function contextOf({ contextValue }: Pick<Run, 'contextValue'>): OperationContext {
  // Our own context, which the engine's types have forgotten.
  return contextValue as OperationContext;
}

function needsToken({ document, operationName, contextValue }: Run): boolean {
  const { viewer } = contextOf({ contextValue });
  const operation = getOperationAST(document, typeof operationName === 'string' ? operationName : null);
  return viewer === null && !(operation && isIntrospection(document, operation));
}

function tokenNeeded(): GraphQLError {
  return refusal('UNAUTHENTICATED', 'This needs a token: Authorization: Bearer ….');
}

/** How many users are remembered as having arrived; arriving twice does no harm. */
const rememberedArrivals = 10_000;

/** Lets the gateway see each user once, before their first operation. */
function createArrivals(gateway: Gateway): (viewer: Viewer) => Promise<unknown> {
  const arrivals = createRecent<Promise<unknown>>(rememberedArrivals);
  return (viewer) => {
    const key = userKeyOf(viewer);
    const known = arrivals.get(key);
    if (known !== undefined) return known;
    const arrival = gateway.arrive(viewer);
    arrivals.set(key, arrival);
    arrival.catch(() => arrivals.delete(key));
    return arrival;
  };
}
