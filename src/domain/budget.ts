import type { Environment } from './job.ts';

/** How long a budget lasts: a calendar month in UTC, or for ever. */
export type BudgetPeriod = 'MONTH' | 'TOTAL';

/** Which budget: of a user, or of the installation (null), in one environment. */
export type BudgetKey = {
  readonly environment: Environment;
  readonly owner: string | null;
  readonly period: BudgetPeriod;
};

/** The most that jobs created in a period may cost together. Credits that were released do not count, those that were refunded do. */
export type CreditBudget = BudgetKey & {
  readonly limitCredits: number;
  /** The prices of the period's jobs that are held or captured. */
  readonly usedCredits: number;
  /** When the period began, in epoch milliseconds; 0 for a total. */
  readonly periodStart: number;
  /** Whether the settings made it; otherwise an admin did. */
  readonly isDefault: boolean;
  /** The highest of `budgetMarks` that was reported in the period; 0 if none. */
  readonly reportedPercent: number;
};

/** A budget whose use has just reached one of the marks. */
export type BudgetReached = { readonly budget: CreditBudget; readonly percent: number };

/** At these percentages of its limit a budget is reported, each once in a period. */
export const budgetMarks: readonly number[] = [50, 80, 100];

/** The start of the period that an instant lies in. */
export function periodStartOf(period: BudgetPeriod, at: number): number {
  if (period === 'TOTAL') return 0;
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

/** When a budget's period ends; null for a total. */
export function resetsAtOf({ period, periodStart }: CreditBudget): number | null {
  if (period === 'TOTAL') return null;
  const date = new Date(periodStart);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

/** The budget at an instant: in a later period nothing is used yet. It never goes back to an earlier one. */
export function budgetAt(budget: CreditBudget, at: number): CreditBudget {
  const periodStart = periodStartOf(budget.period, at);
  return periodStart > budget.periodStart ? { ...budget, periodStart, usedCredits: 0, reportedPercent: 0 } : budget;
}

/** What is left; 0 if the limit was lowered below what is used. */
export function leftOf({ limitCredits, usedCredits }: CreditBudget): number {
  return Math.max(0, limitCredits - usedCredits);
}

/** The first budget that has no room for a price; null if all have. A free job fits into any. */
export function exceededOf(budgets: readonly CreditBudget[], priceCredits: number): CreditBudget | null {
  return budgets.find((budget) => priceCredits > 0 && priceCredits > leftOf(budget)) ?? null;
}

/** A budget with a job's price counted. A job from before the period does not count in it. */
export function charged(budget: CreditBudget, priceCredits: number, createdAt: number): CreditBudget {
  if (createdAt < budget.periodStart) return budget;
  return { ...budget, usedCredits: budget.usedCredits + priceCredits };
}

/** A budget with its newest mark as reported, and that mark; null if none is new. `isFull`: it has just refused a job. */
export function reachedBy(budget: CreditBudget, isFull = false): BudgetReached | null {
  const percent = isFull ? 100 : markOf(budget);
  return percent > budget.reportedPercent ? { budget: { ...budget, reportedPercent: percent }, percent } : null;
}

/** The highest mark that a budget's use has reached; 0 if none. */
export function markOf({ limitCredits, usedCredits }: CreditBudget): number {
  return budgetMarks.findLast((mark) => usedCredits * 100 >= limitCredits * mark) ?? 0;
}
