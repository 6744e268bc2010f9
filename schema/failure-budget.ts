import { resetsAtOf } from '../src/domain/budget.ts';
import type { Builder } from './builder.ts';

/** Adds BudgetExceededError. */
export function addBudgetExceeded(builder: Builder): void {
  builder.enumType('BudgetScope', {
    description: 'Whose budget it is.',
    values: {
      USER: { description: "The caller's own." },
      INSTALLATION: { description: 'That of the installation, for all users of the environment together.' },
    },
  });
  builder.objectType('BudgetExceededError', {
    description: 'A budget has no room for the price of a video. Nothing was stored.',
    interfaces: ['Failure'],
    fields: (t) => ({
      budget: t.field({
        type: 'BudgetScope',
        description: 'Whose budget it is.',
        resolve: ({ budget }) => (budget.owner === null ? 'INSTALLATION' : 'USER'),
      }),
      period: t.field({
        type: 'BudgetPeriod',
        description: 'How long it lasts.',
        resolve: ({ budget }) => budget.period,
      }),
      // No `scope`: InsufficientCreditsError has one of another type, and a document may select both.
      resetsAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When there is room again; null if the budget is a TOTAL.',
        resolve: ({ budget }) => resetsAtOf(budget),
      }),
      limitCredits: t.int({
        nullable: true,
        description: "The budget's limit; null if it is that of the INSTALLATION.",
        resolve: ({ budget }) => (budget.owner === null ? null : budget.limitCredits),
      }),
      usedCredits: t.field({
        type: 'SafeInt',
        nullable: true,
        description: 'What of it is used; null if it is that of the INSTALLATION.',
        resolve: ({ budget }) => (budget.owner === null ? null : budget.usedCredits),
      }),
    }),
  });
}
