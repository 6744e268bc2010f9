import type { Account } from '../src/domain/ledger.ts';
import type { Viewer } from '../src/gateway/gateway.ts';
import type { Builder } from './builder.ts';
import type { Context } from './context.ts';
import { type Connection, connectionOf, cursors, type PageArgs, readPage } from './page.ts';

type AccountsArgs = PageArgs & { readonly userIdPrefix?: string | null | undefined };

/** Adds the connection of accounts. */
export function addAccounts(builder: Builder): void {
  builder.objectType('AccountConnection', {
    description: 'A page of accounts.',
    fields: (t) => ({
      edges: t.expose('edges', {
        type: ['AccountEdge'],
        description: 'The accounts of this page, with their cursors.',
      }),
      pageInfo: t.field({
        type: 'PageInfo',
        description: 'Where this page stands within the list.',
        resolve: (page) => page,
      }),
    }),
  });
  builder.objectType('AccountEdge', {
    description: 'An account and its place in the list.',
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'For after, on this list.' }),
      node: t.expose('node', { type: 'CreditAccount', description: 'The account.' }),
    }),
  });
}

/** A page of the accounts of everybody; who asks must have been found to be an admin. */
export async function listAccounts(context: Context, admin: Viewer, args: AccountsArgs): Promise<Connection<Account>> {
  const slice = await context.gateway.accounts(admin, args.userIdPrefix ?? '', readPage(args, cursors.accounts));
  return connectionOf(slice, (account) => cursors.accounts.write(account.owner));
}
