import { type Column, getTableColumns } from 'drizzle-orm';
import { addUsage, type UsageRow } from '../../../domain/usage.ts';
import type { MoneyRecords } from '../../../ports/money.ts';
import { type SumRow, spendOf, spendStatements, usageRowOf, usageStatements } from '../shared/usage-sql.ts';
import type { Db } from './engine/statements.ts';
import { jobs } from './tables/jobs.ts';

/** Sums over the ledger and the jobs of a span. */
export type Usage = Pick<MoneyRecords, 'usage' | 'spend'>;

/** Jobs know their key from the version on that has this column. */
const apiKeyId: Column | null = new Map<string, Column>(Object.entries(getTableColumns(jobs))).get('apiKeyId') ?? null;

/** Creates the sums. */
export function createUsage(db: Db): Usage {
  return {
    async usage(span, groupBy) {
      const sums = new Map<string, UsageRow>();
      for (const statement of usageStatements(span, groupBy, apiKeyId)) {
        addUsage(sums, db.all<SumRow>(statement).map(usageRowOf));
      }
      return [...sums.values()];
    },
    spend: async (span) => spendOf(spendStatements(span).map((statement) => db.all<SumRow>(statement)[0])),
  };
}
