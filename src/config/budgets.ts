import type { Settings } from './env.ts';

/** Monthly budgets where no admin has set one, in credits; null: none. */
export type BudgetConfig = { readonly user: number | null; readonly installation: number | null };

/** Reads the default budgets. */
export function readBudgets({ text, whole }: Settings): BudgetConfig {
  const read = (name: string) =>
    text(name) === null ? null : whole(name, { min: 0, max: 1_000_000_000, byDefault: 0 });
  return { user: read('USER_MONTHLY_BUDGET_CREDITS'), installation: read('INSTALLATION_MONTHLY_BUDGET_CREDITS') };
}
