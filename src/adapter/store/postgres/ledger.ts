import { and, asc, desc, eq, getTableColumns, gte, lt, sql } from 'drizzle-orm';
import { type FailureOf, grantConflict, invalidInput } from '../../../domain/failure.ts';
import { type Account, type AccountKey, grantRefusalOf, type LedgerEntry } from '../../../domain/ledger.ts';
import type { Grant, Granted, Page, Slice } from '../../../ports.ts';
import { type End, numberKeys } from '../shared/key-range.ts';
import { boundTo } from '../shared/placeholders.ts';
import { type AccountRow, accountOf } from '../shared/rows.ts';
import type { Accounts } from './accounts.ts';
import { type Db, firstOf } from './engine/statements.ts';
import { type Listed, sliceOf } from './paging.ts';
import { ledgerEntries } from './tables/histories.ts';

/** What moved a balance, beside the amounts that the account's row tells. */
type Movement = Pick<LedgerEntry, 'kind' | 'credits' | 'jobId' | 'reason' | 'idempotencyKey'>;

type Booking = Pick<Grant, 'credits' | 'reason' | 'idempotencyKey'>;

/** The verbs on balances and their history. Those that write run inside the caller's transaction. */
export type Ledger = {
  readonly arrive: (key: AccountKey, signupCredits: number, now: number) => Promise<AccountRow>;
  readonly grant: (grant: Grant) => Promise<Granted | FailureOf<'invalidInput' | 'grantConflict'>>;
  /** Writes down the movement that a step of the account has just made; the account is as that step left it. */
  readonly enter: (account: AccountRow, movement: Movement, now: number) => Promise<void>;
  readonly find: (id: string) => Promise<LedgerEntry | null>;
  readonly list: (accountId: string, page: Page<number>) => Promise<Slice<LedgerEntry>>;
};

/** Prepares the statements on the ledger. */
export function createLedger(db: Db, accounts: Accounts, newId: () => string): Ledger {
  const statements = prepareStatements(db);

  const enter = async (account: AccountRow, movement: Movement, now: number): Promise<void> => {
    const { id: accountId, environment, ledger: number, balance: balanceAfter } = account;
    const entry = { ...movement, id: newId(), accountId, environment, number, balanceAfter, createdAt: now };
    await statements.insert.execute(entry);
  };

  const book = async (account: AccountRow, booking: Booking, now: number): Promise<AccountRow> => {
    const booked = await accounts.step(account.id, { balance: booking.credits, ledger: 1 });
    await enter(booked, { ...booking, kind: 'GRANT', jobId: null }, now);
    return booked;
  };

  /** The new account of a user, with its sign-up credits; null where they have one. */
  const create = async (key: AccountKey, signupCredits: number, now: number): Promise<AccountRow | null> => {
    const account = await accounts.create(newId(), key, now);
    if (account === null || signupCredits === 0) return account;
    return book(account, { credits: signupCredits, reason: 'Sign-up credits', idempotencyKey: null }, now);
  };

  const arrive = async (key: AccountKey, signupCredits: number, now: number): Promise<AccountRow> =>
    (await create(key, signupCredits, now)) ?? known(await accounts.lock(key));

  const grant = async (grant: Grant): Promise<Granted | FailureOf<'invalidInput' | 'grantConflict'>> => {
    const { account: key, credits, reason, idempotencyKey, signupCredits, createdAt } = grant;
    const before = await accounts.lock(key);
    const earlier =
      idempotencyKey === null ? null : firstOf(await statements.findByKey.execute({ ...key, idempotencyKey }));
    // Where there was no account to lock, another may have made it meanwhile, and booked under this very key.
    if (earlier !== null) return answerOf(grant, earlier, before ?? (await accounts.lock(key)));
    // Refused before anything is written, so that a refusal leaves no account behind.
    const refusal = refusalOf(before ?? { balance: signupCredits, held: 0 }, credits);
    if (refusal !== null) return refusal;
    const made = before === null ? await create(key, signupCredits, createdAt) : null;
    // Another may have made it meanwhile, and given it other credits.
    const account = before ?? made ?? known(await accounts.lock(key));
    const late = refusalOf(account, credits);
    if (late !== null) return late;
    const booked = await book(account, { credits, reason, idempotencyKey }, createdAt);
    return { ...accountOf(booked), created: made !== null };
  };

  return {
    arrive,
    grant,
    enter,
    find: async (id) => firstOf(await statements.find.execute({ id })),
    list: (accountId, page) => sliceOf(listOf(statements, accountId), page),
  };
}

/** What a grant is answered whose key has been booked under: the account where it was booked there, and the same. */
function answerOf({ credits, reason }: Grant, earlier: LedgerEntry, account: AccountRow | null) {
  const isSame = earlier.accountId === account?.id && earlier.credits === credits && earlier.reason === reason;
  return account !== null && isSame ? { ...accountOf(account), created: false } : grantConflict(earlier);
}

function refusalOf(account: Pick<Account, 'balance' | 'held'>, credits: number): FailureOf<'invalidInput'> | null {
  const message = grantRefusalOf(account, credits);
  return message === null ? null : invalidInput([{ path: ['credits'], message }]);
}

/** An account that nothing can have taken away again. */
function known(account: AccountRow | null): AccountRow {
  if (account === null) throw new Error('An account that stood in the way of a new one is gone');
  return account;
}

type Statements = ReturnType<typeof prepareStatements>;

const { environment: _environment, ...entryColumns } = getTableColumns(ledgerEntries);

function prepareStatements(db: Db) {
  const { id, accountId, environment, number, idempotencyKey } = ledgerEntries;
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
    findByKey: select()
      .where(and(eq(environment, by.environment), eq(idempotencyKey, by.idempotencyKey)))
      .prepare('ledger_find_by_key'),
    read: { low: read('low'), high: read('high') },
  };
}

/** An account's movements, newest first. */
function listOf({ read }: Statements, accountId: string): Listed<LedgerEntry, number> {
  return {
    rising: false,
    keys: numberKeys,
    read: (keyRange, end, limit) => read[end].execute({ ...keyRange, accountId, limit }),
  };
}
