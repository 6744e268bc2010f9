import type { AuditRecords } from '../../../audit-ports.ts';
import type { Verbs } from './verbs.ts';

/** Runs a body on a connection with its verbs prepared. */
type Run = <T>(body: (verbs: Verbs) => Promise<T>) => Promise<T>;

/** The store's verbs for the audit log: `on` runs single statements and reads, `transact` what needs a transaction. */
export function createAuditVerbs(on: Run, transact: Run): AuditRecords {
  return {
    addAuditEntry: (entry) => on(({ audit }) => audit.add(entry)),
    addAuditChange: (environment, action, decide) =>
      transact(({ audit }) => audit.addChange(environment, action, decide)),
    listAudit: (environment, page) => on(({ audit }) => audit.list(environment, page)),
  };
}
