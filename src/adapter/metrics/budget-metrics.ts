import { Counter, type Registry } from 'prom-client';
import { budgetMarks, type CreditBudget } from '../../domain/budget.ts';
import { environments } from '../../domain/job.ts';

/** Counts that a budget has reached a mark, in percent of its limit. */
export type BudgetReachedMetric = (budget: Pick<CreditBudget, 'environment' | 'owner'>, percent: number) => void;

/** Adds the metric of budgets to a registry. */
export function createBudgetReached(registry: Registry): BudgetReachedMetric {
  const reached = new Counter({
    name: 'reelgate_budget_reached_total',
    help: 'Budgets of users and of the installation whose use reached 50, 80 or 100 percent of the limit, once each in a period.',
    labelNames: ['environment', 'scope', 'percent'],
    registers: [registry],
  });
  // A series that begins at 0 shows its first increment, too.
  for (const environment of environments)
    for (const scope of ['user', 'installation'])
      for (const percent of budgetMarks) reached.inc({ environment, scope, percent }, 0);
  return ({ environment, owner }, percent) =>
    reached.inc({ environment, scope: owner === null ? 'installation' : 'user', percent });
}
