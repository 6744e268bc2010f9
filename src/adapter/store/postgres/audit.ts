import { and, asc, desc, eq, getTableColumns, gte, lt, sql } from 'drizzle-orm';
import type { AuditAction, AuditEntry } from '../../../domain/audit.ts';
import type { Environment } from '../../../domain/job.ts';
import type { DecideEntry } from '../../../ports/audit.ts';
import type { Page, Slice } from '../../../ports.ts';
import type { End } from '../shared/key-range.ts';
import { boundTo } from '../shared/placeholders.ts';
import { type Db, firstOf } from './engine/statements.ts';
import { idKeys, sliceOf } from './paging.ts';
import { auditEntries } from './tables/audit.ts';

/** The rows of the audit log. Functions that write run inside the caller's transaction. */
export type Audit = {
  /** Adds an entry; without one it does nothing. */
  readonly add: (entry: AuditEntry | undefined) => Promise<void>;
  readonly addChange: (environment: Environment, action: AuditAction, decide: DecideEntry) => Promise<boolean>;
  readonly list: (environment: Environment, page: Page<string>) => Promise<Slice<AuditEntry>>;
};

/** Prepares the statements on the audit log. */
export function createAudit(db: Db): Audit {
  const { insert, lock, newest, read } = prepareStatements(db);
  const add: Audit['add'] = async (entry) => {
    if (entry !== undefined) await insert.execute(entry);
  };
  return {
    add,
    addChange: async (environment, action, decide) => {
      // Held until the transaction ends, so the next node sees what this one adds.
      await db.execute(lock);
      const entry = decide(firstOf(await newest.execute({ environment, action })));
      await add(entry ?? undefined);
      return entry !== null;
    },
    list: (environment, page) =>
      sliceOf(
        {
          rising: false,
          keys: idKeys,
          read: (keyRange, end, limit) => read[end].execute({ ...keyRange, environment, limit }),
        },
        page,
      ),
  };
}

function prepareStatements(db: Db) {
  const { id, environment, action } = auditEntries;
  const by = boundTo(getTableColumns(auditEntries));
  const select = () => db.select().from(auditEntries);
  const range = and(
    eq(environment, by.environment),
    gte(id, sql`${sql.placeholder('from')}`),
    lt(id, sql`${sql.placeholder('to')}`),
  );
  const read = (end: End) =>
    select()
      .where(range)
      .orderBy(end === 'low' ? asc(id) : desc(id))
      .limit(sql.placeholder('limit'))
      .prepare(`audit_${end}`);
  return {
    insert: db.insert(auditEntries).values(by).prepare('audit_insert'),
    lock: sql`SELECT pg_advisory_xact_lock(hashtextextended('reelgate audit', 0))`,
    newest: select()
      .where(and(eq(environment, by.environment), eq(action, by.action)))
      .orderBy(desc(id))
      .limit(1)
      .prepare('audit_newest'),
    read: { low: read('low'), high: read('high') },
  };
}
