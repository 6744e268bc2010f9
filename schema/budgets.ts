import type { CreditBudget } from '../src/domain/budget.ts';
import type { Viewer } from '../src/gateway/gateway.ts';
import { budgetIdOf } from '../src/ports/budget.ts';
import type { Builder } from './builder.ts';
import type { Context } from './context.ts';
import { type Connection, connectionOf, cursors, type PageArgs, readPage } from './page.ts';

/** Adds the list of budgets to the operations. */
export function addBudgetList(builder: Builder): void {
  builder.objectField('Operations', 'budgets', (t) =>
    t.field({
      type: 'BudgetConnection',
      nullable: true,
      description:
        "The budgets of the environment: the installation's first, then by user id. Null if an argument is refused, and " +
        '`errors` says why.',
      args: {
        first: t.arg.int({ defaultValue: 20, description: 'How many budgets to return: 0 to 100.' }),
        after: t.arg.string({ description: 'Return only budgets after this cursor.' }),
      },
      resolve: (admin, args, context) => listBudgets(context, admin, args),
    }),
  );
}

/** Reads one page of budgets. The caller must already have checked that `admin` is one. */
async function listBudgets(context: Context, admin: Viewer, args: PageArgs): Promise<Connection<CreditBudget>> {
  const cursor = cursors.budgets(context.gateway);
  const slice = await context.gateway.budgets(admin, readPage(args, cursor));
  return connectionOf(slice, (budget) => cursor.write(budgetIdOf(budget)));
}
