import type { SQL } from 'drizzle-orm';
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
        addUsage(sums, (await rowsOf(db, statement)).map(usageRowOf));
      }
      return [...sums.values()];
    },
    async spend(span) {
      const rows: (SumRow | undefined)[] = [];
      for (const statement of spendStatements(span)) rows.push((await rowsOf(db, statement))[0]);
      return spendOf(rows);
    },
  };
}

async function rowsOf(db: Db, statement: SQL): Promise<readonly SumRow[]> {
  // Every driver returns an object with the rows; drizzle leaves the type to the driver.
  const result = (await db.execute(statement)) as { readonly rows: readonly SumRow[] };
  return result.rows;
}
