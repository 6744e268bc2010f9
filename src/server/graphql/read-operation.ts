import type { ErrorCode } from './errors.ts';
import type { Params } from './params.ts';
import type { PersistedDocuments, Selection } from './persisted-documents.ts';

/** Why the parameters of an operation cannot be used: a sentence for the client, and a code. */
export type Problem = { readonly message: string; readonly code: ErrorCode };

/** Finds the document that a request selects, for the request's owner. */
export type Find = (selection: Selection) => ReturnType<PersistedDocuments['find']>;

/** Reads the parameters of an operation from JSON of any transport, with the document that they contain or name. */
export function readOperation(json: Readonly<Record<string, unknown>>, find: Find): Params | Problem {
  const { query, documentId, operationName, variables, extensions } = json;
  if (!isNothing(query) && typeof query !== 'string') return problem('"query" must be a string.');
  if (!isNothing(operationName) && typeof operationName !== 'string')
    return problem('"operationName" must be a string.');
  if (!isNothing(variables) && !isObject(variables)) return problem('"variables" must be an object.');
  if (!isNothing(extensions) && !isObject(extensions)) return problem('"extensions" must be an object.');
  const found = find({ query, documentId, extensions });
  if ('message' in found) return found;
  return {
    query: found.query,
    // Some clients send an empty name for none.
    ...(isNothing(operationName) || operationName === '' ? {} : { operationName }),
    ...(isNothing(variables) ? {} : { variables }),
    ...(isNothing(extensions) ? {} : { extensions }),
  };
}

/** Whether parameters name a document instead of containing it. */
export function namesDocument({ query, documentId, extensions }: Readonly<Record<string, unknown>>): boolean {
  if (!isNothing(query) && query !== '') return false;
  return !isNothing(documentId) || (isObject(extensions) && !isNothing(extensions['persistedQuery']));
}

function problem(message: string): Problem {
  return { message, code: 'BAD_USER_INPUT' };
}

/** Whether JSON is null or absent. */
export function isNothing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/** Whether JSON is an object, and no list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
