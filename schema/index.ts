import type { GraphQLSchema } from 'graphql';
import { addAccount } from './account.ts';
import { addApiKey } from './api-key.ts';
import { addBudget } from './budget.ts';
import { createBuilder } from './builder.ts';
import { addCancel } from './cancel.ts';
import { addCharge } from './charge.ts';
import { addClientToken } from './client-token.ts';
import { addDelete } from './delete.ts';
import { addEnvironment } from './environment.ts';
import { addErase } from './erase.ts';
import { addEvent } from './event.ts';
import { addFailure } from './failure.ts';
import { addFeed } from './feed.ts';
import { addGenerate } from './generate.ts';
import { addGrant } from './grant.ts';
import { guarded } from './guard.ts';
import { addJob } from './job.ts';
import { addJobs } from './jobs.ts';
import { addLedger } from './ledger.ts';
import { addNode } from './node.ts';
import { addOperations } from './operations.ts';
import { addPageInfo } from './page-info.ts';
import { addProgress } from './progress.ts';
import { addQuote } from './quote.ts';
import { addRefund } from './refund.ts';
import { addScalars } from './scalar.ts';
import { addVideo } from './video.ts';
import { addWebhook } from './webhook.ts';
import { addWebhookChange } from './webhook-change.ts';
import { addWebhookDelivery } from './webhook-delivery.ts';
import { addWebhookEnums } from './webhook-enum.ts';

/** The schema's modules, in the order in which the printed schema lists their fields. */
const modules = [
  addJobs,
  addJob,
  addEnvironment,
  addProgress,
  addVideo,
  addCharge,
  addAccount,
  addLedger,
  addQuote,
  addOperations,
  addGenerate,
  addCancel,
  addDelete,
  addErase,
  addGrant,
  addRefund,
  addBudget,
  addApiKey,
  addClientToken,
  addWebhook,
  addWebhookEnums,
  addWebhookChange,
  addWebhookDelivery,
  addFeed,
  addEvent,
  addFailure,
  addNode,
  addPageInfo,
  addScalars,
];

/** Builds the public schema. Operations run with a `Context` (see context.ts). */
export function createSchema(): GraphQLSchema {
  const builder = createBuilder();
  builder.queryType({ description: 'Everything you can read.' });
  builder.mutationType({
    description:
      'Everything you can change. Expected failures are returned as members of the result unions, not as errors.',
  });
  builder.subscriptionType({ description: 'Live updates, over WebSocket or server-sent events.' });
  for (const add of modules) add(builder);
  // Unsorted, so fields keep the order in which the modules declare them.
  return guarded(builder.toSchema({ sortSchema: false }));
}
