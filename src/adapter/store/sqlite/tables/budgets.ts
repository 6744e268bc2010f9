import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { BudgetPeriod } from '../../../../domain/budget.ts';
import type { Environment } from '../../../../domain/job.ts';
import { budgetPeriods, environments } from '../../shared/enums.ts';
import { oneOf } from '../../shared/predicates.ts';

/** One row per budget; the owner '' is the installation. `used_credits` is the sum over the jobs of the period. */
export const budgets = sqliteTable(
  'budgets',
  {
    environment: text('environment').$type<Environment>().notNull(),
    /** As `budgetIdOf` writes it. */
    id: text('id').notNull(),
    owner: text('owner').notNull(),
    period: text('period').$type<BudgetPeriod>().notNull(),
    limitCredits: integer('limit_credits').notNull(),
    usedCredits: integer('used_credits').notNull(),
    periodStart: integer('period_start').notNull(),
    isDefault: integer('is_default', { mode: 'boolean' }).notNull(),
    reportedPercent: integer('reported_percent').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.environment, t.id] }),
    index('budgets_by_owner').on(t.environment, t.owner, t.period),
    check('budgets_environment', oneOf(t.environment, environments)),
    check('budgets_period', oneOf(t.period, budgetPeriods)),
    check('budgets_id', sql`${t.id} = ${t.owner} || '/' || ${t.period}`),
    check('budgets_credits', sql`${t.limitCredits} >= 0 AND ${t.usedCredits} >= 0`),
    check('budgets_reported', sql`${t.reportedPercent} IN (0, 50, 80, 100)`),
    check('budgets_total', sql`${t.period} <> 'TOTAL' OR ${t.periodStart} = 0`),
  ],
);
