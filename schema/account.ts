import { allScopes, hasScope } from '../src/domain/access.ts';
import { availableOf } from '../src/domain/ledger.ts';
import type { Builder } from './builder.ts';
import { viewerOf } from './context.ts';
import { idOf } from './id.ts';
import { readLedger } from './ledger.ts';

/** Adds CreditAccount, watching one's own, and Viewer, who owns it. */
export function addAccount(builder: Builder): void {
  builder.objectType('CreditAccount', {
    description:
      "A user's credits in one environment. balance moves only when a job ends or credits are granted; available = balance - held.",
    interfaces: ['Node'],
    fields: (t) => ({
      id: t.id({ description: 'Opaque; serves in node(id).', resolve: (account) => idOf('CreditAccount', account.id) }),
      userId: t.exposeID('owner', { description: "The user's id, as the token names it." }),
      environment: t.expose('environment', { type: 'Environment', description: 'Where its credits can be spent.' }),
      balance: t.exposeInt('balance', { description: 'Credits owned, those held by running jobs included.' }),
      held: t.exposeInt('held', { description: 'Credits set aside for running jobs.' }),
      available: t.int({ description: 'What can still be spent.', resolve: availableOf }),
      ledger: t.field({
        type: 'LedgerConnection',
        description: 'Every movement, newest first. The amounts of all entries add up to balance.',
        args: {
          first: t.arg.int({ defaultValue: 50, description: '0 to 100.' }),
          after: t.arg.string({ description: 'The cursor of an edge of this list: what is older than it.' }),
        },
        resolve: (account, args, context) => readLedger(context, account, args),
      }),
    }),
  });

  builder.subscriptionField('accountUpdated', (t) =>
    t.field({
      type: 'CreditAccount',
      description: "The viewer's account, at once and after every change of balance or held.",
      subscribe: (_root, _args, context) => context.gateway.watchAccount(viewerOf(context)),
      resolve: (account) => account,
    }),
  );

  addViewer(builder);
}

function addViewer(builder: Builder): void {
  builder.objectType('Viewer', {
    description: 'Who is asking, as their token says.',
    fields: (t) => ({
      userId: t.exposeID('userId', { description: "The user's id, as the token names it." }),
      environment: t.expose('environment', { type: 'Environment', description: 'Where their jobs run.' }),
      roles: t.exposeStringList('roles', {
        description: 'What they may do beside the ordinary: admin grants credits.',
      }),
      scopes: t.field({
        type: ['Scope'],
        description: 'What the token or key that was shown allows.',
        resolve: (viewer) => allScopes.filter((scope) => hasScope(viewer, scope)),
      }),
      account: t.field({
        type: 'CreditAccount',
        description: 'Their credits in this environment.',
        resolve: (viewer, _args, context) => context.gateway.ownAccount(viewer),
      }),
    }),
  });
  builder.queryField('viewer', (t) =>
    t.field({
      type: 'Viewer',
      description: 'Who is asking.',
      resolve: (_root, _args, context) => viewerOf(context),
    }),
  );
}
