import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { AuditAction } from '../../../../domain/audit.ts';
import type { Environment } from '../../../../domain/job.ts';
import { environments } from '../../shared/enums.ts';
import { oneOf } from '../../shared/predicates.ts';

/** One row per entry of the audit log. Triggers refuse every change and removal. */
export const auditEntries = sqliteTable(
  'audit_entries',
  {
    id: text('id').primaryKey(),
    environment: text('environment').$type<Environment>().notNull(),
    at: integer('at').notNull(),
    actor: text('actor').notNull(),
    action: text('action').$type<AuditAction>().notNull(),
    target: text('target').notNull(),
    reason: text('reason'),
    details: text('details'),
  },
  (t) => [
    index('audit_entries_list').on(t.environment, t.id),
    index('audit_entries_of_action').on(t.environment, t.action, t.id),
    check('audit_entries_environment', oneOf(t.environment, environments)),
    check('audit_entries_said', sql`length(${t.actor}) > 0 AND length(${t.action}) > 0 AND length(${t.target}) > 0`),
  ],
);
