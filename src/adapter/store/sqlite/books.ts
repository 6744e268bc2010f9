import type { BookRecords } from '../../../ports/book.ts';
import type { ErasureRecords } from '../../../ports/erasure.ts';
import { type Audit, createAudit } from './audit.ts';
import { type Budgets, createBudgets } from './budgets.ts';
import type { GroupCommit } from './engine/group-commit.ts';
import type { Db } from './engine/statements.ts';

/** The audit log and the budgets of a database. */
export type Books = { readonly audit: Audit; readonly budgets: Budgets };

/** Prepares the statements on both. */
export function createBooks(db: Db): Books {
  return { audit: createAudit(db), budgets: createBudgets(db) };
}

/** The store's verbs for both, with those for erasures. */
export function createBookVerbs(
  { audit, budgets }: Books,
  inGroup: GroupCommit['write'],
  erasures: ErasureRecords,
): BookRecords {
  return {
    ...erasures,
    addAuditEntry: async (entry) => inGroup(() => audit.add(entry)),
    addAuditChange: async (environment, action, decide) => inGroup(() => audit.addChange(environment, action, decide)),
    listAudit: async (environment, page) => audit.list(environment, page),
    setBudget: async (change, entry) =>
      inGroup(() => {
        audit.add(entry);
        return budgets.set(change);
      }),
    defaultBudget: async (environment, limitCredits, at) =>
      inGroup(() => budgets.setDefault(environment, limitCredits, at)),
    findBudgets: async (environment, owner, at) => budgets.find(environment, owner, at),
    listBudgets: async (environment, page) => budgets.list(environment, page),
  };
}
