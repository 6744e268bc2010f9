import { type DocumentNode, type GraphQLError, getOperationAST, type OperationDefinitionNode } from 'graphql';
import type { Gateway, Subject, Viewer } from '../../gateway/gateway.ts';
import { userKeyOf } from '../../gateway/viewer.ts';
import type { RateLimit } from '../auth/limits.ts';
import { isIntrospection } from './document.ts';
import type { DocumentCache } from './document-cache.ts';
import { refusal, stoppingRefusal } from './errors.ts';
import type { Params } from './params.ts';
import type { PersistedDocuments } from './persisted-documents.ts';

/** The media type of a stream of server-sent events. */
export const eventStream = 'text/event-stream';

/** The media type of a response in parts, each a result: Apollo's multipart subscriptions. */
export const multipart = 'multipart/mixed';

/** Whether responses of a media type are streams of results. */
export function isStreamed(type: string): boolean {
  return type === eventStream || type === multipart;
}

/** A viewer's request. `http` is null for other transports; `accept` lists the types that the response may have, the preferred first. */
export type Request = {
  readonly viewer: Subject | null;
  readonly params: Params;
  readonly http: { readonly method: string; readonly accept: readonly string[] } | null;
  /** The id of the last event that a client received before it reconnected. */
  readonly lastEventId?: string;
};

/** The viewer that an operation runs for (null: introspection without a token), or the errors that refuse it. */
type Checked = { readonly viewer: Viewer | null } | { readonly errors: readonly GraphQLError[] };

/** Checks for every operation of every transport: the caller's rate, limits on the document, a token for all but introspection. */
export interface Guards {
  /** Comes first, before the document is read: counts a request of the viewer. Throws for too many requests or an untrusted document. */
  admit(request: Request): void;
  /** Selects the operation of a document. Throws where there is none, or where it needs another transport or a token. */
  operationOf(document: DocumentNode, request: Request): OperationDefinitionNode;
  /** Validates the document and returns the viewer, whose account then exists. */
  check(request: Request, document: DocumentNode): Promise<Checked>;
}

/** The parts that guards need. */
export type GuardDeps = {
  readonly gateway: Gateway;
  readonly rateLimit: RateLimit;
  readonly documents: PersistedDocuments;
  readonly documentCache: DocumentCache;
  readonly isDraining: () => boolean;
};

/** The guards of a server. */
export function createGuards({ gateway, rateLimit, documents, documentCache, isDraining }: GuardDeps): Guards {
  return {
    admit({ viewer, params }) {
      spend(rateLimit, viewer);
      documents.demandTrusted(params.query);
    },
    operationOf,
    async check({ viewer, params }, document) {
      const invalid = documentCache.validate(document);
      if (invalid.length > 0) return { errors: invalid };
      const account = viewer === null ? null : await gateway.ensureAccount(viewer);
      // Checked last, when nothing can come between: a mutation that arrived earlier may still be refused.
      const isRefused = isDraining() && getOperationAST(document, params.operationName)?.operation === 'mutation';
      return isRefused ? { errors: [stoppingRefusal()] } : { viewer: account };
    },
  };
}

/** Whose share of the memory a request's document takes: the user's, or null without a token. */
export function ownerOf({ viewer }: Pick<Request, 'viewer'>): string | null {
  return viewer === null ? null : userKeyOf(viewer);
}

function spend(rateLimit: RateLimit, viewer: Subject | null): void {
  const retryAfterSeconds = viewer === null ? 0 : rateLimit(userKeyOf(viewer));
  if (retryAfterSeconds === 0) return;
  throw refusal('RATE_LIMITED', `Too many requests; try again in ${retryAfterSeconds} s.`, { retryAfterSeconds });
}

function operationOf(document: DocumentNode, { viewer, params, http }: Request): OperationDefinitionNode {
  const operation = getOperationAST(document, params.operationName);
  if (!operation) {
    throw refusal(
      'BAD_USER_INPUT',
      '"operationName" must name one of the operations; with a single one it may be left out.',
    );
  }
  if (operation.operation === 'mutation' && http?.method === 'GET') {
    const refused = { status: 405, headers: { allow: 'POST' } };
    throw refusal('BAD_USER_INPUT', 'A mutation must be sent by POST.', { http: refused });
  }
  if (operation.operation === 'subscription' && http !== null && !http.accept.some(isStreamed)) {
    const types = `"Accept: ${eventStream}" or "Accept: ${multipart};subscriptionSpec=1.0"`;
    throw refusal('BAD_USER_INPUT', `A subscription needs ${types}, or a WebSocket.`, { http: { status: 406 } });
  }
  // Checked before validation, which takes longer and covers the whole document.
  if (viewer === null && !isIntrospection(document)) {
    throw refusal('UNAUTHENTICATED', 'This needs a token: Authorization: Bearer ….');
  }
  return operation;
}
