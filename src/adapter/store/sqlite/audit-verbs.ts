import type { AuditRecords } from '../../../audit-ports.ts';
import type { Audit } from './audit.ts';
import type { GroupCommit } from './engine/group-commit.ts';

/** The store's verbs for the audit log. */
export function createAuditVerbs(audit: Audit, inGroup: GroupCommit['write']): AuditRecords {
  return {
    addAuditEntry: async (entry) => inGroup(() => audit.add(entry)),
    addAuditChange: async (environment, action, decide) => inGroup(() => audit.addChange(environment, action, decide)),
    listAudit: async (environment, page) => audit.list(environment, page),
  };
}
