import { and, asc, desc, eq, getTableColumns, gte, lt, sql } from 'drizzle-orm';
import type { AuditEntry } from '../../../domain/audit.ts';
import { type FailureOf, grantConflict, invalidInput } from '../../../domain/failure.ts';
import { type Account, type AccountKey, grantRefusalOf, type LedgerEntry } from '../../../domain/ledger.ts';
import type { Grant, Granted, Page, Slice } from '../../../ports.ts';
import { type End, numberKeys } from '../shared/key-range.ts';
import { boundTo } from '../shared/placeholders.ts';
import { type AccountRow, accountOf } from '../shared/rows.ts';
import type { Accounts } from './accounts.ts';
import type { Audit } from './audit.ts';
import { type Db, firstOf } from './engine/statements.ts';
import { type Listed, sliceOf } from './paging.ts';
import { ledgerEntries } from './tables/histories.ts';

/** A ledger entry without the fields that come from the account's row. */
type Movement = Pick<LedgerEntry, 'kind' | 'credits' | 'jobId' | 'reason' | 'idempotencyKey'>;

type Booking = Pick<Grant, 'credits' | 'reason' | 'idempotencyKey'>;

/** Balances and their ledger entries. Functions that write run inside the caller's transaction. */
export type Ledger = {
  readonly ensureAccount: (key: AccountKey, signupCredits: number, now: number) => Promise<AccountRow>;
  readonly grant: (grant: Grant, entry?: AuditEntry) => Promise<Granted | FailureOf<'invalidInput' | 'grantConflict'>>;
  /** Inserts the entry for the last step of an account. `account` is the row that the step returned. */
  readonly enter: (account: AccountRow, movement: Movement, now: number) => Promise<LedgerEntry>;
  readonly find: (id: string) => Promise<LedgerEntry | null>;
  /** The refund of a job. */
  readonly findRefund: (jobId: string) => Promise<LedgerEntry | null>;
  readonly list: (accountId: string, page: Page<number>) => Promise<Slice<LedgerEntry>>;
};

/** What the ledger is created from, besides its connection. */
type LedgerDeps = { readonly accounts: Accounts; readonly audit: Audit; readonly newId: () => string };

/** Prepares the statements on the ledger. */
export function createLedger(db: Db, { accounts, audit, newId }: LedgerDeps): Ledger {
  const statements = prepareStatements(db);

  const enter = async (account: AccountRow, movement: Movement, now: number): Promise<LedgerEntry> => {
    const { id: accountId, environment, ledger: number, balance: balanceAfter } = account;
    const entry = { ...movement, id: newId(), accountId, number, balanceAfter, createdAt: now };
    await statements.insert.execute({ ...entry, environment });
    return entry;
  };

  const book = async (account: AccountRow, booking: Booking, now: number): Promise<AccountRow> => {
    const booked = await accounts.step(account.id, { balance: booking.credits, ledger: 1 });
    await enter(booked, { ...booking, kind: 'GRANT', jobId: null }, now);
    return booked;
  };

  /** Creates a user's account with its sign-up credits, or returns null when it exists. */
  const create = async (key: AccountKey, signupCredits: number, now: number): Promise<AccountRow | null> => {
    const account = await accounts.create(newId(), key, now);
    if (account === null || signupCredits === 0) return account;
    return book(account, { credits: signupCredits, reason: 'Sign-up credits', idempotencyKey: null }, now);
  };

  const ensureAccount = async (key: AccountKey, signupCredits: number, now: number): Promise<AccountRow> =>
    (await create(key, signupCredits, now)) ?? existing(await accounts.lock(key));

  const grant = async (
    grant: Grant,
    entry?: AuditEntry,
  ): Promise<Granted | FailureOf<'invalidInput' | 'grantConflict'>> => {
    const { account: key, credits, reason, idempotencyKey, signupCredits, createdAt } = grant;
    const before = await accounts.lock(key);
    const earlier =
      idempotencyKey === null ? null : firstOf(await statements.findByKey.execute({ ...key, idempotencyKey }));
    // Without an account to lock, another node may have created it meanwhile and booked the same key.
    if (earlier !== null) return repeatedGrantOf(grant, earlier, before ?? (await accounts.lock(key)));
    // Refuses before it writes, so that a refused grant creates no account.
    const refusal = refusalOf(before ?? { balance: signupCredits, held: 0 }, credits);
    if (refusal !== null) return refusal;
    const made = before === null ? await create(key, signupCredits, createdAt) : null;
    // Another node may have created the account meanwhile, with a different balance.
    const account = before ?? made ?? existing(await accounts.lock(key));
    const late = refusalOf(account, credits);
    if (late !== null) return late;
    const booked = await book(account, { credits, reason, idempotencyKey }, createdAt);
    await audit.add(entry);
    const isNew = made !== null;
    return { ...accountOf(booked), created: isNew, booked: isNew ? signupCredits + credits : credits };
  };

  return {
    ensureAccount,
    grant,
    enter,
    find: async (id) => firstOf(await statements.find.execute({ id })),
    findRefund: async (jobId) => firstOf(await statements.findRefund.execute({ jobId })),
    list: (accountId, page) => sliceOf(listOf(statements, accountId), page),
  };
}

/** The result of a grant whose key was booked before: the account when that grant was the same, otherwise a conflict. */
function repeatedGrantOf({ credits, reason }: Grant, earlier: LedgerEntry, account: AccountRow | null) {
  const isSame = earlier.accountId === account?.id && earlier.credits === credits && earlier.reason === reason;
  return account !== null && isSame ? { ...accountOf(account), created: false, booked: 0 } : grantConflict(earlier);
}

function refusalOf(account: Pick<Account, 'balance' | 'held'>, credits: number): FailureOf<'invalidInput'> | null {
  const message = grantRefusalOf(account, credits);
  return message === null ? null : invalidInput([{ path: ['credits'], message }]);
}

/** Asserts that an account exists: nothing ever deletes one. */
function existing(account: AccountRow | null): AccountRow {
  if (account === null) throw new Error('An account that existed is gone');
  return account;
}

type Statements = ReturnType<typeof prepareStatements>;

const { environment: _environment, ...entryColumns } = getTableColumns(ledgerEntries);

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
    select()
      .where(range)
      .orderBy(end === 'low' ? asc(number) : desc(number))
      .limit(sql.placeholder('limit'))
      .prepare(`ledger_read_${end}`);
  return {
    insert: db.insert(ledgerEntries).values(by).prepare('ledger_insert'),
    find: select().where(eq(id, by.id)).prepare('ledger_find'),
    findRefund: select()
      .where(and(eq(jobId, by.jobId), eq(kind, sql`'REFUND'`)))
      .prepare('ledger_find_refund'),
    findByKey: select()
      .where(and(eq(environment, by.environment), eq(idempotencyKey, by.idempotencyKey)))
      .prepare('ledger_find_by_key'),
    read: { low: read('low'), high: read('high') },
  };
}

/** An account's ledger entries, newest first. */
function listOf({ read }: Statements, accountId: string): Listed<LedgerEntry, number> {
  return {
    rising: false,
    keys: numberKeys,
    read: (keyRange, end, limit) => read[end].execute({ ...keyRange, accountId, limit }),
  };
}
