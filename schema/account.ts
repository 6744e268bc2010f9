import { allScopes, hasScope } from '../src/domain/access.ts';
import { availableOf } from '../src/domain/ledger.ts';
import type { Builder } from './builder.ts';
import { viewerOf } from './context.ts';
import { idOf } from './id.ts';
import { readLedger } from './ledger.ts';

/** Adds CreditAccount, the accountUpdated subscription, and Viewer. */
export function addAccount(builder: Builder): void {
  builder.objectType('CreditAccount', {
    description:
      "A user's credits in one environment. `balance` changes only when a job completes or credits are granted; `available` " +
      '= `balance` - `held`.',
    interfaces: ['Node'],
    fields: (t) => ({
      id: t.id({
        description: 'Opaque global id. Pass it to `node(id)`.',
        resolve: (account) => idOf('CreditAccount', account.id),
      }),
      userId: t.exposeID('owner', { description: "The user's id, as it appears in their token." }),
      environment: t.expose('environment', {
        type: 'Environment',
        description: 'The environment in which the credits can be spent.',
      }),
      balance: t.exposeInt('balance', { description: 'Credits owned, including those held by running jobs.' }),
      held: t.exposeInt('held', { description: 'Credits reserved for running jobs.' }),
      available: t.int({ description: 'Credits that can still be spent.', resolve: availableOf }),
      ledger: t.field({
        type: 'LedgerConnection',
        description: 'Every change of the balance, newest first. The `credits` of all entries add up to `balance`.',
        args: {
          first: t.arg.int({ defaultValue: 50, description: 'How many entries to return: 0 to 100.' }),
          after: t.arg.string({ description: 'Return only entries older than this cursor.' }),
        },
        resolve: (account, args, context) => readLedger(context, account, args),
      }),
    }),
  });

  builder.subscriptionField('accountUpdated', (t) =>
    t.field({
      type: 'CreditAccount',
      description: "The viewer's account: sent immediately, then after every change of `balance` or `held`.",
      subscribe: (_root, _args, context) => context.gateway.watchAccount(viewerOf(context)),
      resolve: (account) => account,
    }),
  );

  addViewer(builder);
}

function addViewer(builder: Builder): void {
  builder.objectType('Viewer', {
    description: 'The caller, as identified by their token or API key.',
    fields: (t) => ({
      userId: t.exposeID('userId', { description: "The user's id, as it appears in their token." }),
      environment: t.expose('environment', {
        type: 'Environment',
        description: "The environment in which the caller's jobs run.",
      }),
      roles: t.exposeStringList('roles', {
        description: "The caller's roles. `admin` may grant credits, manage API keys and read `operations`.",
      }),
      scopes: t.field({
        type: ['Scope'],
        description: "What the caller's token or API key may do.",
        resolve: (viewer) => allScopes.filter((scope) => hasScope(viewer, scope)),
      }),
      account: t.field({
        type: 'CreditAccount',
        nullable: true,
        description:
          "The caller's credits in this environment. Null without the scope CREDITS_READ, and `errors` says so.",
        resolve: (viewer, _args, context) => context.gateway.ownAccount(viewer),
      }),
      budgets: t.field({
        type: ['Budget'],
        nullable: true,
        description:
          "The caller's own budgets in this environment; a default begins with their first job. Null without the scope " +
          'CREDITS_READ, and `errors` says so.',
        resolve: (viewer, _args, context) => context.gateway.ownBudgets(viewer),
      }),
    }),
  });
  builder.queryField('viewer', (t) =>
    t.field({
      type: 'Viewer',
      description: 'The caller: their id, environment, permissions and credits.',
      resolve: (_root, _args, context) => viewerOf(context),
    }),
  );
}
