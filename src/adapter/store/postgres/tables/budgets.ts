import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import type { BudgetPeriod } from '../../../../domain/budget.ts';
import type { Environment } from '../../../../domain/job.ts';
import { budgetPeriods, environments } from '../../shared/enums.ts';
import { oneOf } from '../../shared/predicates.ts';
import { int53, text } from './column.ts';

/** One row per budget; the owner '' is the installation. `used_credits` is the sum over the jobs of the period. */
export const budgets = pgTable(
  'budgets',
  {
    environment: text('environment').$type<Environment>().notNull(),
    /** As `budgetIdOf` writes it. */
    id: text('id').notNull(),
    owner: text('owner').notNull(),
    period: text('period').$type<BudgetPeriod>().notNull(),
    limitCredits: integer('limit_credits').notNull(),
    usedCredits: int53('used_credits').notNull(),
    periodStart: int53('period_start').notNull(),
    isDefault: boolean('is_default').notNull(),
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
