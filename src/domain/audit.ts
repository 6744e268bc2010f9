import type { Environment } from './job.ts';

/** What an entry of the audit log is about. */
export type AuditAction =
  | 'credits.grant'
  | 'credits.refund'
  | 'key.create'
  | 'key.revoke'
  | 'token.create'
  | 'endpoint.create'
  | 'endpoint.change'
  | 'endpoint.delete'
  | 'endpoint.rotate_secret'
  | 'endpoint.test'
  | 'endpoint.redeliver'
  | 'budget.set'
  | 'budget.remove'
  | 'user.erase'
  | 'settings.start';

/** One entry of an environment's audit log: who did what to whom, when and why. Entries never change. No field holds a secret. */
export type AuditEntry = {
  /** Sorts by time (UUIDv7). */
  readonly id: string;
  readonly environment: Environment;
  /** Epoch milliseconds. */
  readonly at: number;
  /** `user alice`, `key sk_test_… of alice`, `client token 0190… of alice`, `command line` or `gateway`. */
  readonly actor: string;
  readonly action: AuditAction;
  /** `user bob`, `key sk_test_… of bob`, `endpoint V2Vi… of bob` or `installation`. */
  readonly target: string;
  /** The words that the actor gave; null without any. */
  readonly reason: string | null;
  /** What exactly was done, such as `1000 credits`; null where the other fields tell it all. */
  readonly details: string | null;
};

/** Who acts: a user, perhaps by a key or a client token. Without a user it is the command line. */
export type Actor = {
  readonly userId?: string;
  /** The key or client token, such as `key sk_test_…`; absent for a token of the issuer. */
  readonly credential?: string;
};

/** The text of an actor in the audit log. */
export function actorTextOf({ userId, credential }: Actor): string {
  if (userId === undefined) return 'command line';
  return credential === undefined ? `user ${userId}` : `${credential} of ${userId}`;
}

/** The actor of what the gateway does by itself. */
export const gatewayActor = 'gateway';
