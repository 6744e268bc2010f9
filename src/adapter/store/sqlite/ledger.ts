import { and, asc, desc, eq, getTableColumns, gte, lt, sql } from 'drizzle-orm';
import type { AuditEntry } from '../../../domain/audit.ts';
import { type FailureOf, grantConflict, invalidInput } from '../../../domain/failure.ts';
import { type AccountKey, grantRefusalOf, type LedgerEntry } from '../../../domain/ledger.ts';
import type { Grant, Granted, Page, Slice } from '../../../ports.ts';
import { type End, type KeyRange, numberKeys } from '../shared/key-range.ts';
import { boundTo } from '../shared/placeholders.ts';
import { type AccountRow, accountOf } from '../shared/rows.ts';
import type { Accounts } from './accounts.ts';
import type { Audit } from './audit.ts';
import { prepareWrite } from './engine/prepared.ts';
import { type Db, perLimit } from './engine/statements.ts';
import { type Listed, sliceOf } from './paging.ts';
import { ledgerEntries } from './tables/histories.ts';

/** A ledger entry without the fields that come from the account's row. */
type Movement = Pick<LedgerEntry, 'kind' | 'credits' | 'jobId' | 'reason' | 'idempotencyKey'>;

const { environment: _environment, ...entryColumns } = getTableColumns(ledgerEntries);

type Booking = Pick<Grant, 'credits' | 'reason' | 'idempotencyKey'>;

/** Balances and their ledger entries. Functions that write run inside the caller's transaction. */
export type Ledger = {
  readonly ensureAccount: (key: AccountKey, signupCredits: number, now: number) => AccountRow;
  readonly grant: (grant: Grant, entry?: AuditEntry) => Granted | FailureOf<'invalidInput' | 'grantConflict'>;
  /** Inserts the entry for the last step of an account. `account` is the row that the step returned. */
  readonly enter: (account: AccountRow, movement: Movement, now: number) => LedgerEntry;
  readonly find: (id: string) => LedgerEntry | null;
  /** The refund of a job. */
  readonly findRefund: (jobId: string) => LedgerEntry | null;
  readonly list: (accountId: string, page: Page<number>) => Slice<LedgerEntry>;
};

/** What the ledger is created from, besides its connection. */
type LedgerDeps = { readonly accounts: Accounts; readonly audit: Audit; readonly newId: () => string };

/** Prepares the statements on the ledger. */
export function createLedger(db: Db, { accounts, audit, newId }: LedgerDeps): Ledger {
  const statements = prepareStatements(db);

  const enter = (account: AccountRow, movement: Movement, now: number): LedgerEntry => {
    const { id: accountId, environment, ledger: number, balance: balanceAfter } = account;
    const entry = { ...movement, id: newId(), accountId, number, balanceAfter, createdAt: now };
    statements.insert({ ...entry, environment });
    return entry;
  };

  const book = (account: AccountRow, booking: Booking, now: number): AccountRow => {
    const booked = accounts.step(account.id, { balance: booking.credits, ledger: 1 });
    enter(booked, { ...booking, kind: 'GRANT', jobId: null }, now);
    return booked;
  };

  const ensureAccount = (key: AccountKey, signupCredits: number, now: number): AccountRow => {
    const known = accounts.findByKey(key);
    if (known !== null) return known;
    const account = accounts.create(newId(), key, now);
    if (signupCredits === 0) return account;
    return book(account, { credits: signupCredits, reason: 'Sign-up credits', idempotencyKey: null }, now);
  };

  const grant = (grant: Grant, entry?: AuditEntry): Granted | FailureOf<'invalidInput' | 'grantConflict'> => {
    const { account: key, credits, reason, idempotencyKey, signupCredits, createdAt } = grant;
    const known = accounts.findByKey(key);
    const earlier = idempotencyKey === null ? undefined : statements.findByKey.get({ ...key, idempotencyKey });
    if (earlier !== undefined) {
      const isSame = earlier.accountId === known?.id && earlier.credits === credits && earlier.reason === reason;
      return known !== null && isSame ? { ...accountOf(known), created: false, booked: 0 } : grantConflict(earlier);
    }
    // Refuses before it writes, so that a refused grant creates no account.
    const refusal = grantRefusalOf(known ?? { balance: signupCredits, held: 0 }, credits);
    if (refusal !== null) return invalidInput([{ path: ['credits'], message: refusal }]);
    const account = ensureAccount(key, signupCredits, createdAt);
    const booked = book(account, { credits, reason, idempotencyKey }, createdAt);
    audit.add(entry);
    const isNew = known === null;
    return { ...accountOf(booked), created: isNew, booked: isNew ? signupCredits + credits : credits };
  };

  return {
    ensureAccount,
    grant,
    enter,
    find: (id) => statements.find.get({ id }) ?? null,
    findRefund: (jobId) => statements.findRefund.get({ jobId }) ?? null,
    list: (accountId, page) => sliceOf(listOf(statements, accountId), page),
  };
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: Db) {
  const { id, accountId, environment, number, kind, jobId, idempotencyKey } = ledgerEntries;
  const by = boundTo(getTableColumns(ledgerEntries));
  const select = () => db.select(entryColumns).from(ledgerEntries);
  const range = and(
    eq(accountId, by.accountId),
    gte(number, sql`${sql.placeholder('from')}`),
    lt(number, sql`${sql.placeholder('to')}`),
  );
  const read = (end: End) =>
    perLimit((limit) =>
      select()
        .where(range)
        .orderBy(end === 'low' ? asc(number) : desc(number))
        .limit(limit)
        .prepare(),
    );
  return {
    insert: prepareWrite(db, db.insert(ledgerEntries).values(by)),
    find: select().where(eq(id, by.id)).prepare(),
    findRefund: select()
      .where(and(eq(jobId, by.jobId), eq(kind, sql`'REFUND'`)))
      .prepare(),
    findByKey: select()
      .where(and(eq(environment, by.environment), eq(idempotencyKey, by.idempotencyKey)))
      .prepare(),
    read: { low: read('low'), high: read('high') },
  };
}

/** An account's ledger entries, newest first. */
function listOf({ read }: Statements, accountId: string): Listed<LedgerEntry, number> {
  return {
    rising: false,
    keys: numberKeys,
    keyOf: (entry) => entry.number,
    read: (keyRange: KeyRange<number>, end, limit) => read[end](limit).all({ ...keyRange, accountId }),
  };
}
