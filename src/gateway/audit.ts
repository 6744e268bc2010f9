import { type Actor, type AuditAction, type AuditEntry, actorTextOf } from '../domain/audit.ts';
import type { Environment } from '../domain/job.ts';
import type { Clock, Page, Slice, Store } from '../ports.ts';

/** Who acts in which environment. A viewer fits; without a user it is the command line. */
export type ActingIn = Actor & { readonly environment: Environment };

/** What was done to whom. */
type Deed = Pick<AuditEntry, 'target'> & Partial<Pick<AuditEntry, 'reason' | 'details'>>;

/** Makes entries of the audit log, for the store to add with what they record. */
export type NewEntry = (by: ActingIn, action: AuditAction, deed: Deed) => AuditEntry;

/** Entries of now, with new ids. */
export function createNewEntry(clock: Pick<Clock, 'now' | 'newId'>): NewEntry {
  return (by, action, { target, reason = null, details = null }) => ({
    id: clock.newId(),
    environment: by.environment,
    at: clock.now(),
    actor: actorTextOf(by),
    action,
    target,
    reason,
    details,
  });
}

/** Reads the audit log. For the admin role only: the caller must have checked that. */
export interface AuditReads {
  /** The entries of the viewer's environment, newest first. */
  audit(at: Pick<ActingIn, 'environment'>, page: Page<string>): Promise<Slice<AuditEntry>>;
}

/** The reads of a store's audit log. */
export function createAuditReads(store: Pick<Store, 'listAudit'>): AuditReads {
  return { audit: ({ environment }, page) => store.listAudit(environment, page) };
}
