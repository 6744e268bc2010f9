import type { AuditAction, AuditEntry } from '../domain/audit.ts';
import type { Environment } from '../domain/job.ts';
import type { Page, Slice } from '../domain/page.ts';

/** Makes the entry to add from the newest one of its action; null adds none. Called within a transaction: it must not throw or wait. */
export type DecideEntry = (newest: AuditEntry | null) => AuditEntry | null;

/**
 * The audit log: part of `Store`, with the same promises. The verbs that take an entry add it in the transaction of what it records, and
 * only if they did it. Nothing changes or removes an entry.
 */
export interface AuditRecords {
  /** Adds the entry of something that is stored nowhere else. */
  addAuditEntry(entry: AuditEntry): Promise<void>;
  /** Adds what `decide` makes of the newest entry of an action; nodes decide one after the other. Returns whether it added one. */
  addAuditChange(environment: Environment, action: AuditAction, decide: DecideEntry): Promise<boolean>;
  /** An environment's entries, newest first. */
  listAudit(environment: Environment, page: Page<string>): Promise<Slice<AuditEntry>>;
}
