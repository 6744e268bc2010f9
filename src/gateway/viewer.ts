import type { Access } from '../domain/access.ts';
import type { Environment } from '../domain/job.ts';

/** Everything about a viewer that a resolver could look at: two with the same text are shown the same. */
export function viewerTextOf({ userId, environment, roles, access }: Subject): string {
  return JSON.stringify([userId, environment, roles, access ?? null]);
}

/** Who is asking, as their token or key says. */
export type Subject = {
  readonly userId: string;
  readonly environment: Environment;
  readonly roles: readonly string[];
  /** What their token or key was narrowed to; absent: all that the user may do. */
  readonly access?: Access;
};

/** A subject whose account is known: every operation runs for one. */
export type Viewer = Subject & { readonly accountId: string };

/** A name for a user in one environment: what they are known and limited by. */
export function userKeyOf({ environment, userId }: Subject): string {
  return `${environment} ${userId}`;
}
