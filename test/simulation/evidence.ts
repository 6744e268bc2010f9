import type { Job, JobEvent } from '../../src/domain/job.ts';
import type { Account, LedgerEntry } from '../../src/domain/ledger.ts';
import type { Page, Slice, Store } from '../../src/ports.ts';

/** Everything that the store holds about one account. */
export type Evidence = {
  readonly account: Account;
  readonly jobs: readonly Job[];
  readonly entries: readonly LedgerEntry[];
  readonly events: readonly JobEvent[];
};

const any = { status: null, externalId: null };

/** Reads an account with all its jobs, ledger entries and events. */
export async function readEvidence(store: Store, accountId: string): Promise<Evidence> {
  const account = await store.findAccount(accountId);
  if (account === null) throw new Error(`There is no account ${accountId}.`);
  const jobs = await readAll(
    (page: Page<string>) => store.listJobs(accountId, any, page),
    ({ id }) => id,
  );
  const entries = await readAll(
    (page: Page<number>) => store.listLedger(accountId, page),
    ({ number }) => number,
  );
  const events: JobEvent[] = [];
  for (let more = true; more; ) {
    const { events: next } = await store.readFeed(accountId, events.at(-1)?.feed ?? 0, 100);
    events.push(...next);
    more = next.length > 0;
  }
  return { account, jobs, entries, events };
}

async function readAll<Item, Key>(
  read: (page: Page<Key>) => Promise<Slice<Item>>,
  keyOf: (item: Item) => Key,
): Promise<Item[]> {
  const all: Item[] = [];
  let after: Key | null = null;
  for (let more = true; more; ) {
    const slice: Slice<Item> = await read({ count: { from: 'start', limit: 100 }, after, before: null });
    all.push(...slice.items);
    const last = slice.items.at(-1);
    after = last === undefined ? after : keyOf(last);
    more = slice.hasNext;
  }
  return all;
}
