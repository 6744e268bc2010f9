import type { AuditEntry } from '../domain/audit.ts';
import type { BudgetKey, CreditBudget } from '../domain/budget.ts';
import type { Environment } from '../domain/job.ts';
import type { Page, Slice } from '../domain/page.ts';

/** A budget to set. `limitCredits`: null removes it, and `fallbackCredits`, the limit by the settings, takes its place if there is one. */
export type BudgetChange = {
  readonly key: BudgetKey;
  readonly limitCredits: number | null;
  readonly fallbackCredits: number | null;
  readonly at: number;
};

/**
 * Budgets: part of `Store`, with the same promises. `admit` checks and counts in its transaction, and the end of a job gives back what it
 * releases, so a budget is never exceeded and its use always equals the sum over its jobs.
 */
export interface BudgetRecords {
  /** Sets or removes a budget and returns it as it is then; counts what the jobs of its period have used so far. */
  setBudget(change: BudgetChange, entry?: AuditEntry): Promise<CreditBudget | null>;
  /** Makes the installation's monthly budget what the settings say, unless an admin has set one; null: there is none. */
  defaultBudget(environment: Environment, limitCredits: number | null, at: number): Promise<void>;
  /** The budgets of a user (null: of the installation) as they are at an instant. */
  findBudgets(environment: Environment, owner: string | null, at: number): Promise<readonly CreditBudget[]>;
  /** All budgets of an environment as they were last written, the installation's first, then by user. Keys: see `budgetIdOf`. */
  listBudgets(environment: Environment, page: Page<string>): Promise<Slice<CreditBudget>>;
}

/** A budget's place in the list of an environment: `ana/MONTH`, and `/MONTH` for the installation. */
export function budgetIdOf({ owner, period }: BudgetKey): string {
  return `${owner ?? ''}/${period}`;
}
