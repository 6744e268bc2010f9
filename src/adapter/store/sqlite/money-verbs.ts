import type { MoneyRecords } from '../../../ports/money.ts';
import type { GroupCommit } from './engine/group-commit.ts';
import type { Db } from './engine/statements.ts';
import { createExports } from './exports.ts';
import { createBookRefund, type RefundDeps } from './refunds.ts';
import { createUsage } from './usage.ts';

/** The store's verbs for the operator's books. */
export function createMoneyVerbs(db: Db, inGroup: GroupCommit['write'], deps: RefundDeps): MoneyRecords {
  const bookRefund = createBookRefund(deps);
  return {
    refund: async (refund, entry) => inGroup(() => bookRefund(refund, entry)),
    ...createUsage(db),
    ...createExports(db),
  };
}
