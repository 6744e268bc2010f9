import type { Account, LedgerEntry, LedgerEntryKind } from '../src/domain/ledger.ts';
import type { Builder } from './builder.ts';
import { type Context, viewerOf } from './context.ts';
import { idOf } from './id.ts';
import { type Connection, connectionOf, cursors, nodesOf, type PageArgs, readPage } from './page.ts';

const defaultEntries = 50;

/** Adds LedgerEntry and its connection. */
export function addLedger(builder: Builder): void {
  builder.enumType('LedgerEntryKind', {
    description: 'Why a balance changed.',
    values: {
      GRANT: { description: 'Credits were granted or corrected.' },
      CAPTURE: { description: 'A job completed and was paid for.' },
      REFUND: { description: 'An admin gave back the credits of a completed job; `job` and `jobId` name it.' },
    } satisfies Record<LedgerEntryKind, { description: string }>,
  });

  builder.objectType('LedgerEntry', {
    description: 'One change of a balance. An entry never changes once it is written.',
    interfaces: ['Node'],
    fields: (t) => ({
      id: t.id({
        description: 'Opaque global id. Pass it to `node(id)`.',
        resolve: (entry) => idOf('LedgerEntry', entry.id),
      }),
      kind: t.expose('kind', { type: 'LedgerEntryKind', description: 'Why the balance changed.' }),
      credits: t.exposeInt('credits', {
        description: 'The amount: positive if it was added to the balance, negative if it was taken off.',
      }),
      balanceAfter: t.exposeInt('balanceAfter', { description: 'The balance after this entry.' }),
      job: t.field({
        type: 'Job',
        nullable: true,
        description:
          'The job that was paid for or refunded; null for a GRANT, and for a job that is not yours, which an admin may see here.',
        resolve: ({ jobId }, _args, context) => (jobId === null ? null : context.gateway.job(viewerOf(context), jobId)),
      }),
      jobId: t.id({
        nullable: true,
        description: "The global id of that job, even if it is another user's; null for a GRANT.",
        resolve: ({ jobId }) => (jobId === null ? null : idOf('Job', jobId)),
      }),
      reason: t.exposeString('reason', {
        nullable: true,
        description: 'What the credits were granted or given back for; null for a CAPTURE.',
      }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the entry was booked.' }),
    }),
  });

  builder.objectType('LedgerConnection', {
    description: "One page of an account's ledger.",
    fields: (t) => ({
      edges: t.expose('edges', {
        type: ['LedgerEdge'],
        description: 'The entries on this page, each with its cursor.',
      }),
      nodes: t.field({
        type: ['LedgerEntry'],
        description: 'The entries on this page, without cursors.',
        resolve: nodesOf,
      }),
      pageInfo: t.field({
        type: 'PageInfo',
        description: 'Whether there are more pages, and the cursors that lead to them.',
        resolve: (page) => page,
      }),
    }),
  });
  builder.objectType('LedgerEdge', {
    description: 'An entry and its cursor.',
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'Pass it as `after` to continue from here.' }),
      node: t.expose('node', { type: 'LedgerEntry', description: 'The entry.' }),
    }),
  });
}

/** Reads one page of an account's ledger. */
export async function readLedger(context: Context, account: Account, args: PageArgs): Promise<Connection<LedgerEntry>> {
  const cursor = cursors.ledger(context.gateway);
  const slice = await context.gateway.ledger(account, readPage(args, cursor, defaultEntries));
  return connectionOf(slice, (entry) => cursor.write(entry.number));
}
