import { type BudgetKey, type CreditBudget, markOf, periodStartOf } from '../../../domain/budget.ts';
import { type BudgetChange, budgetIdOf } from '../../../ports/budget.ts';

/** A budget's row as both engines return it. */
export type BudgetRow = Omit<CreditBudget, 'owner'> & { readonly id: string; readonly owner: string };

/** The budget of a row. */
export function budgetOf({ id: _, owner, ...rest }: BudgetRow): CreditBudget {
  return { ...rest, owner: owner === '' ? null : owner };
}

/** The row of a budget. */
export function budgetRowOf(budget: CreditBudget): BudgetRow {
  return { ...budget, id: budgetIdOf(budget), owner: budget.owner ?? '' };
}

/** A budget that begins to count now: `used` is what its jobs have used so far, and its marks below that are not reported. */
export function newBudgetOf(
  key: BudgetKey,
  limit: Pick<CreditBudget, 'limitCredits' | 'isDefault'>,
  { used, at }: { readonly used: number; readonly at: number },
): CreditBudget {
  const periodStart = periodStartOf(key.period, at);
  const budget = { ...key, ...limit, usedCredits: used, periodStart, reportedPercent: 0 };
  return { ...budget, reportedPercent: markOf(budget) };
}

/** The limit that a change leads to; null if the budget goes. */
export function limitOf({
  limitCredits,
  fallbackCredits,
}: BudgetChange): Pick<CreditBudget, 'limitCredits' | 'isDefault'> | null {
  if (limitCredits !== null) return { limitCredits, isDefault: false };
  return fallbackCredits === null ? null : { limitCredits: fallbackCredits, isDefault: true };
}
