import type { AuditEntry } from '../src/domain/audit.ts';
import type { Viewer } from '../src/gateway/gateway.ts';
import type { Builder } from './builder.ts';
import type { Context } from './context.ts';
import { type Connection, connectionOf, cursors, nodesOf, type PageArgs, readPage } from './page.ts';

/** Adds AuditEntry and its connection. */
export function addAudit(builder: Builder): void {
  builder.objectType('AuditEntry', {
    description: 'One thing that somebody did. Entries are kept for ever and never change.',
    fields: (t) => ({
      at: t.expose('at', { type: 'DateTime', description: 'When it was done.' }),
      actor: t.exposeString('actor', {
        description:
          'Who did it: `user alice`, `key sk_test_… of alice`, `client token 0190… of alice`, `command line` or `gateway`.',
      }),
      action: t.exposeString('action', {
        description:
          'What was done, such as `credits.grant`. docs/operations.md lists all actions; later versions may add some.',
      }),
      target: t.exposeString('target', {
        description:
          'To what it was done: `user bob`, `key sk_test_… of bob`, `endpoint V2Vi… of bob` or `installation`.',
      }),
      reason: t.exposeString('reason', {
        nullable: true,
        description: 'Why, in the words of who did it; null without any.',
      }),
      details: t.exposeString('details', {
        nullable: true,
        description: 'The particulars, such as `1000 credits`; null if there are none. Never a secret.',
      }),
    }),
  });
  builder.objectType('AuditConnection', {
    description: 'One page of the audit log.',
    fields: (t) => ({
      edges: t.expose('edges', { type: ['AuditEdge'], description: 'The entries on this page, each with its cursor.' }),
      nodes: t.field({
        type: ['AuditEntry'],
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
  builder.objectType('AuditEdge', {
    description: 'An entry and its cursor.',
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'Pass it as `after` to continue from here.' }),
      node: t.expose('node', { type: 'AuditEntry', description: 'The entry.' }),
    }),
  });
}

/** Reads one page of the audit log. The caller must already have checked that `admin` is one. */
export async function listAudit(context: Context, admin: Viewer, args: PageArgs): Promise<Connection<AuditEntry>> {
  const cursor = cursors.audit(context.gateway);
  const slice = await context.gateway.audit(admin, readPage(args, cursor));
  return connectionOf(slice, (entry) => cursor.write(entry.id));
}
