import { addAccounts, listAccounts } from './accounts.ts';
import { addAudit, listAudit } from './audit.ts';
import { addBudgetList } from './budgets.ts';
import type { Builder } from './builder.ts';
import { viewerOf } from './context.ts';
import { addOperatorJob, readListLimit } from './operator-job.ts';
import { addOperatorJobs } from './operator-jobs.ts';
import { addProviderHealth } from './provider-health.ts';
import { addUsageTypes, rowsOf } from './usage.ts';

/** Adds the operations query, which is for operators: accounts, troubled jobs, possible losses and the provider's health. */
export function addOperations(builder: Builder): void {
  addLosses(builder);
  addOperatorJob(builder);
  addAccounts(builder);
  addProviderHealth(builder);
  addUsageTypes(builder);
  addSums(builder);
  addAudit(builder);

  builder.objectType('Operations', {
    description: 'What an operator needs to know about one environment.',
    fields: (t) => ({
      environment: t.expose('environment', {
        type: 'Environment',
        description: "The environment of the caller's token.",
      }),
      losses: t.field({
        type: 'Losses',
        description: 'How many jobs may have cost the operator money for nothing. Counted at each read.',
        resolve: (admin, _args, context) => context.gateway.losses(admin),
      }),
      lossJobs: t.field({
        type: ['OperatorJob'],
        nullable: true,
        description: 'The jobs counted in `losses`, newest first. Null if `first` is refused, and `errors` says why.',
        args: { first: t.arg.int({ defaultValue: 20, description: 'How many jobs to return: 0 to 100.' }) },
        resolve: (admin, { first }, context) => context.gateway.lossJobs(admin, readListLimit(first)),
      }),
      troubledJobs: t.field({
        type: ['OperatorJob'],
        nullable: true,
        description:
          'Running jobs whose last request to the provider failed or brought an unknown status word, starting with the one that ' +
          'is tried again next. Null if `first` is refused, and `errors` says why.',
        args: { first: t.arg.int({ defaultValue: 20, description: 'How many jobs to return: 0 to 100.' }) },
        resolve: (admin, { first }, context) => context.gateway.troubledJobs(admin, readListLimit(first)),
      }),
      accounts: t.field({
        type: 'AccountConnection',
        nullable: true,
        description:
          'The accounts of all users, sorted by user id. Null if an argument is refused, and `errors` says why.',
        args: {
          first: t.arg.int({ defaultValue: 20, description: 'How many accounts to return: 0 to 100.' }),
          after: t.arg.string({ description: 'Return only accounts after this cursor.' }),
          userIdPrefix: t.arg.string({
            description: 'Return only users whose id starts with this text. Upper and lower case differ.',
          }),
        },
        resolve: (admin, args, context) => listAccounts(context, admin, args),
      }),
      audit: t.field({
        type: 'AuditConnection',
        description:
          'Who did what to whom, when and why: grants, budgets, keys, client tokens, endpoints and the settings of each start that ' +
          'changed them. Newest first.',
        args: {
          first: t.arg.int({ defaultValue: 20, description: 'How many entries to return: 0 to 100.' }),
          after: t.arg.string({ description: 'Return only entries older than this cursor.' }),
        },
        resolve: (admin, args, context) => listAudit(context, admin, args),
      }),
      provider: t.field({
        type: 'ProviderHealth',
        nullable: true,
        description: 'How well the provider responds to the gateway; null in the first moments after a start.',
        resolve: (admin, _args, context) => context.gateway.providerHealth(admin),
      }),
    }),
  });

  addOperatorJobs(builder);

  addBudgetList(builder);
  builder.queryField('operations', (t) =>
    t.field({
      type: 'Operations',
      nullable: true,
      description:
        "For admins: the provider's health, any user's jobs, jobs in trouble, possible losses and all accounts. Null for everyone " +
        'else, and `errors` says why.',
      resolve: (_root, _args, context) => viewerOf(context),
    }),
  );
}

function addSums(builder: Builder): void {
  const from = { type: 'DateTime', required: true, description: 'The beginning of the span.' } as const;
  const to = { type: 'DateTime', required: true, description: 'The end of the span, which is not in it.' } as const;
  builder.objectField('Operations', 'usage', (t) =>
    t.field({
      type: ['UsageRow'],
      description:
        'Jobs and credits by day, user or API key, added up from the ledger, sorted by key; groups without any are left out. At ' +
        'most 366 days and 1000 rows: beyond that the query is refused, and `errors` asks for a shorter span.',
      args: {
        from: t.arg(from),
        to: t.arg(to),
        groupBy: t.arg({ type: 'UsageGroup', required: true, description: 'What to add up by.' }),
      },
      resolve: async (admin, { groupBy, ...span }, context) =>
        rowsOf(await context.gateway.usage(admin, span, groupBy)),
    }),
  );
  builder.objectField('Operations', 'spend', (t) =>
    t.field({
      type: ['SpendDay'],
      nullable: true,
      description:
        'What the provider asked beside what users paid, by day in UTC; days without any are left out. At most 366 days: null ' +
        'beyond that, and `errors` says why.',
      args: {
        from: t.arg(from),
        to: t.arg(to),
        creditsPerProviderCredit: t.arg.float({
          defaultValue: 100,
          description:
            "What one of the provider's credits is worth in yours, for `difference`. 100 if a credit of yours is a cent, and one of " +
            "the provider's a dollar.",
        }),
      },
      resolve: async (admin, { creditsPerProviderCredit, ...span }, context) =>
        rowsOf(await context.gateway.spend(admin, span, creditsPerProviderCredit ?? 100)),
    }),
  );
}

function addLosses(builder: Builder): void {
  builder.objectType('Losses', {
    description:
      'How many jobs in this environment may have cost the operator money for nothing, for all users and for as long as jobs ' +
      'are kept. The log has a line for each; the command `reelgate losses` lists them.',
    fields: (t) => ({
      unconfirmed: t.exposeInt('unconfirmed', {
        description:
          'Jobs that ended as SUBMISSION_UNCONFIRMED: the provider may have accepted them, and would then charge for them.',
      }),
      lateVideos: t.exposeInt('lateVideos', {
        description:
          'Jobs that the gateway gave up on before the provider delivered. Nobody was charged for their `lateVideo`.',
      }),
      withoutResult: t.exposeInt('withoutResult', {
        description:
          'Jobs that the provider accepted and that ended as PROVIDER_BAD_OUTPUT, PROVIDER_JOB_LOST or DEADLINE_EXCEEDED, ' +
          'without a late video.',
      }),
      lostVideos: t.exposeInt('lostVideos', {
        description:
          'Jobs whose video the provider had lost or deleted before the gateway could copy it. They were charged.',
      }),
    }),
  });
}
