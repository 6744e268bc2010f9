import type { Account, LedgerEntry, LedgerEntryKind } from '../src/domain/ledger.ts';
import type { Builder } from './builder.ts';
import { type Context, viewerOf } from './context.ts';
import { idOf } from './id.ts';
import { type Connection, connectionOf, cursors, type PageArgs, readPage } from './page.ts';

const defaultEntries = 50;

/** Adds LedgerEntry and its connection. */
export function addLedger(builder: Builder): void {
  builder.enumType('LedgerEntryKind', {
    description: 'Why a balance moved.',
    values: {
      GRANT: { description: 'Credits were given, or corrected.' },
      CAPTURE: { description: 'A job completed and was paid for.' },
    } satisfies Record<LedgerEntryKind, { description: string }>,
  });

  builder.objectType('LedgerEntry', {
    description: 'One movement of a balance. Never changes once written.',
    interfaces: ['Node'],
    fields: (t) => ({
      id: t.id({ description: 'Opaque; serves in node(id).', resolve: (entry) => idOf('LedgerEntry', entry.id) }),
      kind: t.expose('kind', { type: 'LedgerEntryKind', description: 'Why the balance moved.' }),
      credits: t.exposeInt('credits', { description: 'Signed: what it did to the balance.' }),
      balanceAfter: t.exposeInt('balanceAfter', { description: 'The balance that it led to.' }),
      job: t.field({
        type: 'Job',
        nullable: true,
        description: 'The job that was paid for; null for a GRANT.',
        resolve: ({ jobId }, _args, context) => (jobId === null ? null : context.gateway.job(viewerOf(context), jobId)),
      }),
      reason: t.exposeString('reason', { nullable: true, description: 'What a GRANT was for; null for a CAPTURE.' }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was booked.' }),
    }),
  });

  builder.objectType('LedgerConnection', {
    description: "A page of an account's movements.",
    fields: (t) => ({
      edges: t.expose('edges', { type: ['LedgerEdge'], description: 'The entries of this page, with their cursors.' }),
      pageInfo: t.field({
        type: 'PageInfo',
        description: 'Where this page stands within the list.',
        resolve: (page) => page,
      }),
    }),
  });
  builder.objectType('LedgerEdge', {
    description: 'An entry and its place in the list.',
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'For after, on this list.' }),
      node: t.expose('node', { type: 'LedgerEntry', description: 'The entry.' }),
    }),
  });
}

/** A page of an account's movements. */
export async function readLedger(context: Context, account: Account, args: PageArgs): Promise<Connection<LedgerEntry>> {
  const slice = await context.gateway.ledger(account, readPage(args, cursors.ledger, defaultEntries));
  return connectionOf(slice, (entry) => cursors.ledger.write(entry.number));
}
