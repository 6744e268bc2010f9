import { addUsage, type UsageRow } from '../../../domain/usage.ts';
import type { MoneyRecords } from '../../../ports/money.ts';
import { type SumRow, spendOf, spendStatements, usageRowOf, usageStatements } from '../shared/usage-sql.ts';
import type { Db } from './engine/statements.ts';

/** Sums over the ledger and the jobs of a span. */
export type Usage = Pick<MoneyRecords, 'usage' | 'spend'>;

/** Creates the sums. */
export function createUsage(db: Db): Usage {
  return {
    async usage(span, groupBy) {
      const sums = new Map<string, UsageRow>();
      for (const statement of usageStatements(span, groupBy)) {
        addUsage(sums, db.all<SumRow>(statement).map(usageRowOf));
      }
      return [...sums.values()];
    },
    spend: async (span) => spendOf(spendStatements(span).map((statement) => db.all<SumRow>(statement)[0])),
  };
}
