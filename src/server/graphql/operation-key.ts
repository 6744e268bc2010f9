import type { Subject } from '../../gateway/gateway.ts';
import { viewerTextOf } from '../../gateway/viewer.ts';
import type { Params } from './params.ts';

/** Who asks, and for what. */
export type Asked = { readonly viewer: Subject; readonly params: Params };

/**
 * What two operations must have in common to be shown the same bytes: the text, which operation of it is meant, the variables, and
 * everything about the viewer that a resolver could look at. Null where the variables are nested too deeply to be compared.
 */
export function sharedKeyOf({ viewer, params }: Asked): string | null {
  const { query, operationName = null, variables = null } = params;
  try {
    return `${viewerTextOf(viewer)}${JSON.stringify([query, operationName, variables])}`;
  } catch {
    return null;
  }
}
