import { hash } from 'node:crypto';
import type { Subject } from '../../gateway/gateway.ts';
import { viewerTextOf } from '../../gateway/viewer.ts';
import type { Params } from './params.ts';

/** A viewer, and the operation that they request. */
export type OperationRequest = { readonly viewer: Subject; readonly params: Params };

/** Longer keys are hashed: thousands of subscriptions would keep the text of their document twice. */
const longestKey = 100;

/**
 * Operations with equal keys are sent the same bytes. The key holds the document's text, the operation's name, the variables, and all
 * that a resolver could read about the viewer. Null where the variables are nested too deeply for JSON.stringify.
 */
export function sharedKeyOf({ viewer, params }: OperationRequest): string | null {
  const { query, operationName = null, variables = null } = params;
  try {
    const key = `${viewerTextOf(viewer)}${JSON.stringify([query, operationName, variables])}`;
    return key.length <= longestKey ? key : hash('sha256', key, 'base64');
  } catch {
    return null;
  }
}
