import { and, asc, desc, eq, getTableColumns, gte, lt, sql } from 'drizzle-orm';
import type { AuditAction, AuditEntry } from '../../../domain/audit.ts';
import type { Environment } from '../../../domain/job.ts';
import type { DecideEntry } from '../../../ports/audit.ts';
import type { Page, Slice } from '../../../ports.ts';
import type { End } from '../shared/key-range.ts';
import { boundTo } from '../shared/placeholders.ts';
import { prepareRows, prepareWrite } from './engine/prepared.ts';
import { type Db, perLimit } from './engine/statements.ts';
import { idKeys, sliceOf } from './paging.ts';
import { auditEntries } from './tables/audit.ts';

/** The rows of the audit log. Functions that write run inside the caller's transaction. */
export type Audit = {
  /** Adds an entry; without one it does nothing. */
  readonly add: (entry: AuditEntry | undefined) => void;
  readonly addChange: (environment: Environment, action: AuditAction, decide: DecideEntry) => boolean;
  readonly list: (environment: Environment, page: Page<string>) => Slice<AuditEntry>;
};

/** Prepares the statements on the audit log. */
export function createAudit(db: Db): Audit {
  const { insert, newest, read } = prepareStatements(db);
  const add: Audit['add'] = (entry) => {
    if (entry !== undefined) insert(entry);
  };
  return {
    add,
    addChange: (environment, action, decide) => {
      const entry = decide(newest(1).get({ environment, action }) ?? null);
      add(entry ?? undefined);
      return entry !== null;
    },
    list: (environment, page) =>
      sliceOf(
        {
          rising: false,
          keys: idKeys,
          keyOf: ({ id }) => id,
          read: (keyRange, end, limit) => read[end](limit).all({ ...keyRange, environment }),
        },
        page,
      ),
  };
}

function prepareStatements(db: Db) {
  const { id, environment, action } = auditEntries;
  const columns = getTableColumns(auditEntries);
  const by = boundTo(columns);
  const select = () => db.select().from(auditEntries);
  const range = and(
    eq(environment, by.environment),
    gte(id, sql`${sql.placeholder('from')}`),
    lt(id, sql`${sql.placeholder('to')}`),
  );
  const read = (end: End) =>
    perLimit((limit) =>
      prepareRows<AuditEntry>(
        db,
        columns,
        select()
          .where(range)
          .orderBy(end === 'low' ? asc(id) : desc(id))
          .limit(limit),
      ),
    );
  return {
    insert: prepareWrite(db, db.insert(auditEntries).values(by)),
    newest: perLimit((limit) =>
      prepareRows<AuditEntry>(
        db,
        columns,
        select()
          .where(and(eq(environment, by.environment), eq(action, by.action)))
          .orderBy(desc(id))
          .limit(limit),
      ),
    ),
    read: { low: read('low'), high: read('high') },
  };
}
