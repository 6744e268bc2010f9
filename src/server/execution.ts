import type { GraphQLSchema } from 'graphql';
import type { Gateway } from '../gateway/gateway.ts';
import type { Clock, Log } from '../ports.ts';
import { type LimitReport, reported } from './auth/limit-report.ts';
import { createRateLimit } from './auth/limits.ts';
import { createDocumentCache } from './graphql/document-cache.ts';
import { createEngine, type Engine } from './graphql/engine.ts';
import { createExecute } from './graphql/execute.ts';
import { createGuards } from './graphql/guards.ts';
import { createPersistedDocuments, type PersistedDocuments } from './graphql/persisted-documents.ts';
import type { HttpOperation } from './http/status.ts';
import { createYogaResponses } from './http/yoga.ts';

/** What runs operations, for the handlers of all transports. */
export type Execution = {
  readonly documents: PersistedDocuments;
  readonly engine: Engine;
  readonly yoga: (operation: HttpOperation) => Promise<Response>;
};

/** The settings and parts that execution needs, as a server's options have them. */
type ExecutionOptions = {
  readonly schema: GraphQLSchema;
  readonly gateway: Gateway;
  readonly requestsPerMinute: number;
  readonly trustedDocuments?: ReadonlyMap<string, string> | null;
  readonly usesBeforeCompiled?: number;
  readonly clock: Clock;
  readonly log: Log;
};

/** Builds what runs operations. `isDraining`: whether new mutations are refused. */
export function createExecution(
  options: ExecutionOptions,
  { limits, isDraining }: { readonly limits: LimitReport; readonly isDraining: () => boolean },
): Execution {
  const { schema, gateway, clock, log, trustedDocuments = null } = options;
  const { requestsPerMinute: perMinute } = options;
  const rateLimit = reported(createRateLimit(perMinute, clock), { limits, kind: 'requests', perMinute });
  const documents = createPersistedDocuments(trustedDocuments);
  // Where only known documents may run, nobody may ask about the schema.
  const suggests = trustedDocuments === null;
  const documentCache = createDocumentCache(schema, { suggests });
  const guards = createGuards({ gateway, rateLimit, documents, documentCache, isDraining });
  const execute = createExecute(schema, options.usesBeforeCompiled);
  const engine = createEngine({ schema, gateway, documentCache, execute, guards, suggests, clock, log });
  const yoga = createYogaResponses({ schema, gateway, documentCache, guards, publish: engine.publish });
  return { documents, engine, yoga };
}
