import type { Job, JobEvent } from '../src/domain/job.ts';
import type { Gateway, Viewer } from '../src/gateway/gateway.ts';
import { refusal } from './error.ts';

/** What every resolver is given: who is asking (null: nobody who could be told apart) and the verbs that answer. */
export type Context = { readonly viewer: Viewer | null; readonly gateway: Gateway };

/** Who is asking. Throws UNAUTHENTICATED where that is nobody. */
export function viewerOf(context: Context): Viewer {
  if (context.viewer === null) throw refusal('UNAUTHENTICATED', 'Sign in first: this needs a token.');
  return context.viewer;
}

/** An event of a job's history, with the job where that has been read already. */
export type ShownEvent = JobEvent & { readonly job?: Job };
