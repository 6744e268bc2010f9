import type { Account } from '../src/domain/ledger.ts';
import type { Viewer } from '../src/gateway/gateway.ts';
import type { Builder } from './builder.ts';
import type { Context } from './context.ts';
import { type Connection, connectionOf, cursors, nodesOf, type PageArgs, readPage } from './page.ts';

type AccountsArgs = PageArgs & { readonly userIdPrefix?: string | null | undefined };

/** Adds AccountConnection. */
export function addAccounts(builder: Builder): void {
  builder.objectType('AccountConnection', {
    description: 'One page of accounts.',
    fields: (t) => ({
      edges: t.expose('edges', {
        type: ['AccountEdge'],
        description: 'The accounts on this page, each with its cursor.',
      }),
      nodes: t.field({
        type: ['CreditAccount'],
        description: 'The accounts on this page, without cursors.',
        resolve: nodesOf,
      }),
      pageInfo: t.field({
        type: 'PageInfo',
        description: 'Whether there are more pages, and the cursors that lead to them.',
        resolve: (page) => page,
      }),
    }),
  });
  builder.objectType('AccountEdge', {
    description: 'An account and its cursor.',
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'Pass it as `after` to continue from here.' }),
      node: t.expose('node', { type: 'CreditAccount', description: 'The account.' }),
    }),
  });
}

/** Reads one page of all users' accounts. The caller must already have checked that `admin` is one. */
export async function listAccounts(context: Context, admin: Viewer, args: AccountsArgs): Promise<Connection<Account>> {
  const cursor = cursors.accounts(context.gateway);
  const slice = await context.gateway.accounts(admin, args.userIdPrefix ?? '', readPage(args, cursor));
  return connectionOf(slice, (account) => cursor.write(account.owner));
}
