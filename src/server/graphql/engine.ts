import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Context } from '../../../schema/context.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { Clock, Log } from '../../ports.ts';
import type { DocumentCache } from './document-cache.ts';
import { asGraphQLError } from './errors.ts';
import type { Execute } from './execute.ts';
import { type Guards, ownerOf, type Request } from './guards.ts';
import { createIntrospectionCache } from './introspection-cache.ts';
import type { OperationRequest } from './operation-key.ts';
import { createPublishing, type Refused } from './publishing.ts';
import { createResponseCache } from './response-cache.ts';
import { FoundSubscription } from './subscription.ts';

/**
 * An operation that has passed every guard. Its document is found in the document cache each time it is read, or parsed again: thousands of
 * subscriptions may run, and their documents together would take more memory than there is.
 */
export type Ready = {
  readonly operation: OperationDefinitionNode;
  readonly args: ExecutionArgs;
};

/** Errors that refused an operation, for the transport to publish. */
type NotPublished = { readonly errors: readonly GraphQLError[] };

/** Runs operations with the same guards, execution and errors for every transport. Nothing here rejects because of a client's input. */
export interface Engine {
  /**
   * Passes a query or mutation through every guard and runs it. Returns its result as JSON text; a result with errors as an object, whose
   * errors are not public yet. Never rejects.
   */
  resultOf(request: Request): Promise<string | ExecutionResult>;
  /** Passes any operation through every guard. Returns the errors that refuse it, which are not public yet. Never rejects. */
  pass(request: Request): Promise<Ready | NotPublished>;
  /** Runs a query or mutation. Returns its result, whose errors are not public yet. Never rejects. */
  run(ready: Ready): Promise<ExecutionResult>;
  /** Opens the event stream of a subscription, or returns the errors that refuse it, which are not public yet. Never rejects. */
  open(ready: Ready): Promise<AsyncIterator<unknown> | NotPublished>;
  /** Passes an operation of a transport other than HTTP through every guard. Never rejects. */
  prepare(request: OperationRequest): Promise<Ready | Refused>;
  /** Runs a query or mutation. Returns its result as JSON text. Never rejects. */
  execute(ready: Ready): Promise<{ readonly payload: string } | Refused>;
  /** Opens the event stream of a subscription. Never rejects, but the stream may; `refuse` publishes its error. */
  subscribe(ready: Ready): Promise<AsyncIterator<unknown> | Refused>;
  /**
   * Runs a subscription's operation on one event. Returns its result as JSON text, as a promise only if a resolver returns one. Masked
   * errors are logged under the request id, a new one by default.
   */
  payloadOf(args: ExecutionArgs, event: unknown, requestId?: string): string | Promise<string>;
  /** Returns the public form of an error. A masked error is logged in full under the request id. */
  publish(error: GraphQLError, requestId: string): GraphQLError;
  /** Returns the public form of anything thrown. A masked error is logged under the request id, a new one by default. */
  refuse(error: unknown, requestId?: string): Refused;
}

/** The parts that an engine needs. */
export type EngineDeps = {
  readonly schema: GraphQLSchema;
  readonly gateway: Gateway;
  readonly documentCache: DocumentCache;
  readonly execute: Execute;
  readonly guards: Guards;
  /** Whether errors name what the client may have meant. */
  readonly suggests?: boolean;
  readonly clock: Pick<Clock, 'newId'>;
  readonly log: Log;
};

/** An engine for a schema. */
export function createEngine(deps: EngineDeps): Engine {
  const { schema, gateway, documentCache, execute: executeOperation, guards, clock, log, suggests = true } = deps;
  const introspections = createIntrospectionCache();
  const { publish, textOf, refusedBy, refuse } = createPublishing({ schema, suggests, clock, log });
  const responses = createResponseCache(gateway);

  async function passAdmitted(request: Request): Promise<Ready | NotPublished> {
    try {
      const { params, lastEventId } = request;
      const { query, operationName, variables: variableValues } = params;
      const owner = ownerOf(request);
      const document = documentCache.parse(query, owner);
      const operation = guards.operationOf(document, request);
      const checked = await guards.check(request, document);
      if ('errors' in checked) return checked;
      const contextValue: Context = { viewer: checked.viewer, gateway, ...(lastEventId && { lastEventId }) };
      const args = { schema, operationName, variableValues, contextValue };
      if (operation.operation !== 'subscription') return { operation, args: { document, ...args } };
      // All who run the same operation keep one text.
      return new FoundSubscription(args, { text: documentCache.textOf(document) ?? query, owner, documentCache });
    } catch (error) {
      return { errors: [asGraphQLError(error)] };
    }
  }

  async function run({ args }: Ready): Promise<ExecutionResult> {
    try {
      return documentCache.locate(await executeOperation(args), args.document);
    } catch (error) {
      return { errors: [asGraphQLError(error)] };
    }
  }

  async function open({ args }: Ready): Promise<AsyncIterator<unknown> | NotPublished> {
    try {
      const { document } = args;
      const events = await createSourceEventStream({ ...args, document });
      if (Symbol.asyncIterator in events) return events[Symbol.asyncIterator]();
      return { errors: documentCache.locate(events, document).errors ?? [] };
    } catch (error) {
      return { errors: [asGraphQLError(error)] };
    }
  }

  /** The errors of a request that is refused before its document is read. */
  function admit(request: Request): NotPublished | null {
    try {
      guards.admit(request);
      return null;
    } catch (error) {
      return { errors: [asGraphQLError(error)] };
    }
  }

  const pass: Engine['pass'] = async (request) => admit(request) ?? passAdmitted(request);

  return {
    pass,
    run,
    open,
    publish,
    refuse,
    async resultOf(request) {
      const refused = admit(request);
      if (refused !== null) return refused;
      const known = request.viewer === null ? introspections.find(request.params) : await responses.find(request);
      if (known !== null) return known;
      const ready = await passAdmitted(request);
      if ('errors' in ready) return ready;
      if (ready.operation.operation !== 'query') return textUnlessErrors(await run(ready));
      const recorder = responses.recorder();
      const result = textUnlessErrors(await run(withGateway(ready, recorder.gateway)));
      if (typeof result !== 'string') return result;
      // Without a token there is nothing but the schema, which never changes.
      if (request.viewer === null) introspections.keep(request.params, result);
      else responses.keep(request, viewerIn(ready), { recorder, text: result });
      return result;
    },
    async prepare({ viewer, params }) {
      const ready = await pass({ viewer, params, http: null });
      return 'errors' in ready ? refusedBy(ready.errors) : ready;
    },
    async execute(ready) {
      const result = await run(ready);
      // Without data the operation was refused; transports send its errors in a different message.
      return 'data' in result ? { payload: textOf(result) } : refusedBy(result.errors);
    },
    async subscribe(ready) {
      const events = await open(ready);
      return 'errors' in events ? refusedBy(events.errors) : events;
    },
    payloadOf(args, event, requestId) {
      const found = readOnce(args);
      const { document } = found;
      const result = executeOperation({ rootValue: event, ...found });
      const located = (each: ExecutionResult) => textOf(documentCache.locate(each, document), requestId);
      return result instanceof Promise ? result.then(located) : located(result);
    },
  };
}

/** The arguments with their document, which is found anew each time it is read. */
function readOnce({ schema, document, operationName, variableValues, contextValue }: ExecutionArgs): ExecutionArgs {
  return { schema, document, operationName, variableValues, contextValue };
}

/** The same operation with another gateway in its context. */
function withGateway({ operation, args }: Ready, gateway: Gateway): Ready {
  const contextValue: Context = { ...(args.contextValue as Context), gateway };
  return { operation, args: { ...args, contextValue } };
}

/** The viewer that an operation runs for. */
function viewerIn({ args }: Ready): Context['viewer'] {
  return (args.contextValue as Context).viewer;
}

function textUnlessErrors(result: ExecutionResult): string | ExecutionResult {
  return result.errors === undefined ? JSON.stringify(result) : result;
}
