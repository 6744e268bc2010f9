import { describe } from 'vitest';
import { describeAccounts } from './contract/accounts.ts';
import { describeAdmit } from './contract/admit.ts';
import { describeApiKeys } from './contract/api-keys.ts';
import { describeAudit } from './contract/audit.ts';
import { describeBudgetHistory } from './contract/budget-history.ts';
import { describeBudgetWebhooks } from './contract/budget-webhooks.ts';
import { describeBudgets } from './contract/budgets.ts';
import { describeCommit } from './contract/commit.ts';
import { describeCopies } from './contract/copies.ts';
import { describeErasure } from './contract/erasure.ts';
import { describeErasureOrders } from './contract/erasure-orders.ts';
import { describeExports } from './contract/exports.ts';
import { describeFilters } from './contract/filters.ts';
import { describeIncarnation } from './contract/incarnation.ts';
import { describeInvariants } from './contract/invariants.ts';
import { describeLists } from './contract/lists.ts';
import { describeOperation } from './contract/operation.ts';
import { describeRecover } from './contract/recover.ts';
import { describeRefunds } from './contract/refunds.ts';
import { describeSchedule } from './contract/schedule.ts';
import { describeSpending } from './contract/spending.ts';
import { describeUsage } from './contract/usage.ts';
import { describeWebhookLog } from './contract/webhook-log.ts';
import { describeWebhooks } from './contract/webhooks.ts';
import type { OpenDatabase } from './contract/world.ts';

/** What every store promises, on any engine. */
export function describeStore(name: string, open: OpenDatabase): void {
  describe(name, () => {
    describeAccounts(open);
    describeAdmit(open);
    describeSpending(open);
    describeRefunds(open);
    describeUsage(open);
    describeExports(open);
    describeCommit(open);
    describeCopies(open);
    describeErasure(open);
    describeSchedule(open);
    describeRecover(open);
    describeLists(open);
    describeFilters(open);
    describeOperation(open);
    describeApiKeys(open);
    describeAudit(open);
    describeErasureOrders(open);
    describeBudgets(open);
    describeBudgetHistory(open);
    describeBudgetWebhooks(open);
    describeIncarnation(open);
    describeWebhooks(open);
    describeWebhookLog(open);
    describeInvariants(open);
  });
}
