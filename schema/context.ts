import type { Job, JobEvent } from '../src/domain/job.ts';
import type { Gateway, Viewer } from '../src/gateway/gateway.ts';
import { refusal } from './error.ts';

/** The context of every resolver: the viewer (null if the request is not authenticated) and the gateway. */
export type Context = {
  readonly viewer: Viewer | null;
  readonly gateway: Gateway;
  /** The id of the last event that the client received before it reconnected. A feed continues after it, whatever its arguments. */
  readonly lastEventId?: string;
};

/** The viewer. Throws UNAUTHENTICATED if the request is not authenticated. */
export function viewerOf(context: Context): Viewer {
  if (context.viewer === null) throw refusal('UNAUTHENTICATED', 'Sign in first: this needs a token.');
  return context.viewer;
}

/** A job event, with its job if that was already read. */
export type ShownEvent = JobEvent & { readonly job?: Job };
