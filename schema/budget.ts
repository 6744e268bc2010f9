import { leftOf, resetsAtOf } from '../src/domain/budget.ts';
import type { Builder } from './builder.ts';
import { viewerOf } from './context.ts';
import { failureTypeOf } from './failure.ts';

/** Adds Budget, its connection and setBudget. */
export function addBudget(builder: Builder): void {
  builder.enumType('BudgetPeriod', {
    description: 'How long a budget lasts.',
    values: {
      MONTH: { description: 'A calendar month in UTC: on its first day nothing is used.' },
      TOTAL: { description: 'For ever.' },
    },
  });
  addType(builder);
  addConnection(builder);
  addSet(builder);
}

function addType(builder: Builder): void {
  builder.objectType('Budget', {
    description:
      'The most that jobs created in a period may cost together, for a user or for all users of an environment. Credits that were ' +
      'released do not count; a refund gives no room back.',
    fields: (t) => ({
      userId: t.id({
        nullable: true,
        description: 'Whose budget it is; null: that of the installation, for all users of the environment together.',
        resolve: ({ owner }) => owner,
      }),
      environment: t.expose('environment', { type: 'Environment', description: 'The environment of the jobs.' }),
      period: t.expose('period', { type: 'BudgetPeriod', description: 'How long it lasts.' }),
      limitCredits: t.exposeInt('limitCredits', { description: 'The most that the jobs may cost.' }),
      usedCredits: t.expose('usedCredits', {
        type: 'SafeInt',
        description: 'What the jobs of the period hold or have been charged.',
      }),
      leftCredits: t.int({ description: 'What is left.', resolve: leftOf }),
      resetsAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the period ends and nothing is used again; null for a TOTAL.',
        resolve: resetsAtOf,
      }),
      isDefault: t.exposeBoolean('isDefault', {
        description: 'Whether the settings of the installation made it; otherwise an admin has set it.',
      }),
    }),
  });
}

function addConnection(builder: Builder): void {
  builder.objectType('BudgetConnection', {
    description: 'One page of budgets.',
    fields: (t) => ({
      edges: t.expose('edges', {
        type: ['BudgetEdge'],
        description: 'The budgets on this page, each with its cursor.',
      }),
      nodes: t.field({
        type: ['Budget'],
        description: 'The budgets on this page, without cursors.',
        resolve: ({ edges }) => edges.map(({ node }) => node),
      }),
      pageInfo: t.field({
        type: 'PageInfo',
        description: 'Whether there are more pages, and the cursors that lead to them.',
        resolve: (page) => page,
      }),
    }),
  });
  builder.objectType('BudgetEdge', {
    description: 'A budget and its cursor.',
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'Pass it as `after` to continue from here.' }),
      node: t.expose('node', { type: 'Budget', description: 'The budget.' }),
    }),
  });
}

function addSet(builder: Builder): void {
  const Input = builder.inputType('SetBudgetInput', {
    description: "A budget in the environment of the caller's token.",
    fields: (t) => ({
      userId: t.id({ description: 'Whose budget; null: that of the installation.' }),
      period: t.field({ type: 'BudgetPeriod', required: true, description: 'How long it lasts.' }),
      limitCredits: t.int({
        description:
          'The most that the jobs of a period may cost together, 0 or more. Null removes the budget; a default of the settings then holds.',
      }),
      reason: t.string({ description: 'Why, for the audit log: at most 1000 characters.' }),
    }),
  });
  builder.objectType('SetBudgetSuccess', {
    description: 'The budget holds from the next job on. Jobs of the period that are there already count.',
    fields: (t) => ({
      budget: t.field({
        type: 'Budget',
        nullable: true,
        description: 'The budget as it is now; null if there is none any more.',
        resolve: ({ budget }) => budget,
      }),
    }),
  });
  const Result = builder.unionType('SetBudgetResult', {
    description: 'The result of `setBudget`.',
    types: ['SetBudgetSuccess', 'InvalidInputError'],
    resolveType: (result) => ('kind' in result ? failureTypeOf(result) : 'SetBudgetSuccess'),
  });
  builder.mutationField('setBudget', (t) =>
    t.field({
      type: Result,
      description: 'For admins: sets or removes a budget of a user, or of the installation.',
      args: { input: t.arg({ type: Input, required: true, description: 'Whose budget, and how much.' }) },
      resolve: (_root, { input }, context) => context.gateway.setBudget(viewerOf(context), input),
    }),
  );
}
