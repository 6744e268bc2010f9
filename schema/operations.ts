import { adminOf, type Builder } from './builder.ts';

/** Adds what only operators ask: what may have been paid for in vain. */
export function addOperations(builder: Builder): void {
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
  builder.objectType('Operations', {
    description: 'What an operator watches, in one environment.',
    fields: (t) => ({
      environment: t.expose('environment', { type: 'Environment', description: "That of the caller's token." }),
      losses: t.field({
        type: 'Losses',
        description: 'Counted at each read.',
        resolve: (admin, _args, context) => context.gateway.losses(admin),
      }),
    }),
  });

  builder.queryField('operations', (t) =>
    t.field({
      type: 'Operations',
      description: 'For tokens with the admin role.',
      resolve: (_root, _args, context) => adminOf(context),
    }),
  );
}
