import type { Job } from '../src/domain/job.ts';
import type { Account, LedgerEntry } from '../src/domain/ledger.ts';
import type { WebhookEndpoint } from '../src/domain/webhook.ts';
import type { Gateway, Viewer } from '../src/gateway/gateway.ts';
import type { LoggedDelivery } from '../src/ports/webhook.ts';
import type { Builder } from './builder.ts';
import { type Context, viewerOf } from './context.ts';
import { refusal } from './error.ts';
import { readId } from './id.ts';

const maxIds = 100;

type Found = Job | Account | LedgerEntry | WebhookEndpoint | LoggedDelivery;

/** Adds Node, and the node and nodes queries. */
export function addNode(builder: Builder): void {
  builder.interfaceType('Node', {
    description: 'Anything that has a global id.',
    fields: (t) => ({
      id: t.id({ description: 'Opaque global id. It never changes.' }),
    }),
    resolveType: typeNameOf,
  });

  builder.queryFields((t) => ({
    node: t.field({
      type: 'Node',
      nullable: true,
      description:
        'Finds anything by its global id; null if it does not exist or is not yours. The same id works here and in `job(id)`.',
      args: { id: t.arg.id({ required: true, description: 'The id of anything that implements Node.' }) },
      resolve: (_root, { id }, context) => findNode(context.gateway, viewerOf(context), id),
    }),
    nodes: t.field({
      type: ['Node'],
      nullable: { list: false, items: true },
      description:
        'Finds one thing for each id, in the same order; null where one does not exist or is not yours. All are null if there are ' +
        'too many ids, and `errors` says so.',
      args: { ids: t.arg.idList({ required: true, description: `The ids, at most ${maxIds}.` }) },
      resolve: (_root, { ids }, context) => findNodes(context, ids),
    }),
  }));
}

async function findNodes(context: Context, ids: readonly string[]): Promise<readonly (Found | null)[]> {
  const viewer = viewerOf(context);
  if (ids.length > maxIds) return refusedList(ids.length);
  return Promise.all(ids.map((id) => findNode(context.gateway, viewer, id)));
}

/** Nothing but null. The list itself must not be null, so a thrown error would empty the whole response: the first item carries it. */
function refusedList(length: number): readonly null[] {
  const refused = refusal('BAD_USER_INPUT', `You can ask for at most ${maxIds} ids at once.`);
  // GraphQL reports an error that is an item of a list; the types of resolvers do not mention that.
  const item = refused as unknown as null;
  return [item, ...Array.from({ length: length - 1 }, () => null)];
}

async function findNode(gateway: Gateway, viewer: Viewer, id: string): Promise<Found | null> {
  const named = readId(id);
  switch (named?.type) {
    case undefined:
      return null;
    case 'Job':
      return gateway.job(viewer, named.key);
    case 'CreditAccount':
      return gateway.account(viewer, named.key);
    case 'LedgerEntry':
      return gateway.ledgerEntry(viewer, named.key);
    case 'WebhookEndpoint':
      return gateway.webhookEndpoint(viewer, named.key);
    case 'WebhookDelivery':
      return gateway.webhookDelivery(viewer, named.key);
  }
}

/** Each kind has a field that no other has. */
function typeNameOf(node: Found): string {
  if ('balanceAfter' in node) return 'LedgerEntry';
  if ('balance' in node) return 'CreditAccount';
  if ('eventTypes' in node) return 'WebhookEndpoint';
  return 'messageId' in node ? 'WebhookDelivery' : 'Job';
}
