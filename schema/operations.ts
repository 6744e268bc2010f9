import { addAccounts, listAccounts } from './accounts.ts';
import type { Builder } from './builder.ts';
import { viewerOf } from './context.ts';
import { addOperatorJob, readListLimit } from './operator-job.ts';
import { addProviderHealth } from './provider-health.ts';

/** Adds what only operators ask: users, jobs in trouble, what may have been paid for in vain, how the provider is. */
export function addOperations(builder: Builder): void {
  addLosses(builder);
  addOperatorJob(builder);
  addAccounts(builder);
  addProviderHealth(builder);

  builder.objectType('Operations', {
    description: 'What an operator watches, in one environment.',
    fields: (t) => ({
      environment: t.expose('environment', { type: 'Environment', description: "That of the caller's token." }),
      losses: t.field({
        type: 'Losses',
        description: 'Counted at each read.',
        resolve: (admin, _args, context) => context.gateway.losses(admin),
      }),
      lossJobs: t.field({
        type: ['OperatorJob'],
        description: 'The jobs that losses counts, newest first.',
        args: { first: t.arg.int({ defaultValue: 20, description: 'At most so many: 0 to 100.' }) },
        resolve: (admin, { first }, context) => context.gateway.lossJobs(admin, readListLimit(first)),
      }),
      troubledJobs: t.field({
        type: ['OperatorJob'],
        description:
          'Running jobs whose last request to the provider brought a fault; those that are tried again first.',
        args: { first: t.arg.int({ defaultValue: 20, description: 'At most so many: 0 to 100.' }) },
        resolve: (admin, { first }, context) => context.gateway.troubledJobs(admin, readListLimit(first)),
      }),
      accounts: t.field({
        type: 'AccountConnection',
        description: 'The accounts of all users, by user id.',
        args: {
          first: t.arg.int({ defaultValue: 20, description: '0 to 100.' }),
          after: t.arg.string({ description: 'The cursor of an edge of this list: what follows it.' }),
          userIdPrefix: t.arg.string({ description: 'Only users whose ids begin so, in exactly these letters.' }),
        },
        resolve: (admin, args, context) => listAccounts(context, admin, args),
      }),
      provider: t.field({
        type: 'ProviderHealth',
        nullable: true,
        description: 'How the gateway gets on with the provider; null in the first moments after a start.',
        resolve: (admin, _args, context) => context.gateway.providerHealth(admin),
      }),
    }),
  });

  builder.queryField('operations', (t) =>
    t.field({
      type: 'Operations',
      description: 'For tokens with the admin role.',
      resolve: (_root, _args, context) => viewerOf(context),
    }),
  );
}

function addLosses(builder: Builder): void {
  builder.objectType('Losses', {
    description:
      'Jobs of the environment that may have been paid for in vain, over all users and for as long as jobs are kept. The log has a line for each, the command `reelgate losses` a list.',
    fields: (t) => ({
      unconfirmed: t.exposeInt('unconfirmed', {
        description:
          'Ended as SUBMISSION_UNCONFIRMED: the provider may have taken them, and asks for money where it did.',
      }),
      lateVideos: t.exposeInt('lateVideos', {
        description: 'Given up, but the provider delivered afterwards: a lateVideo that nobody was charged for.',
      }),
    }),
  });
}
