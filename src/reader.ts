import type { Job } from './domain/job.ts';
import type { Account } from './domain/ledger.ts';
import type { Store } from './ports.ts';

/** Reads rows by id for whoever wants to see them as they stand; null where there is none. */
export interface Reader {
  job(id: string): Promise<Job | null>;
  account(id: string): Promise<Account | null>;
}

/** Reads together what is asked for in one turn: one query for all jobs that rang, one per account however many watch it. */
export function createReader(store: Pick<Store, 'findJobs' | 'findAccount'>): Reader {
  const jobs = createBatch<Job>((ids) => store.findJobs(ids));
  const accounts = createBatch<Account>(async (ids) => {
    const found = await Promise.all(ids.map((id) => store.findAccount(id)));
    return found.filter((account) => account !== null);
  });
  return { job: jobs, account: accounts };
}

type ReadMany<Row> = (ids: readonly string[]) => Promise<readonly Row[]>;

/**
 * Gathers ids until whoever was woken together has asked, which is when the microtasks queued so far have run; then reads each once. The
 * reading begins after the last of them asked, so that nobody is shown a row older than their question.
 */
function createBatch<Row extends { readonly id: string }>(
  readMany: ReadMany<Row>,
): (id: string) => Promise<Row | null> {
  let gathered: { readonly ids: Set<string>; readonly rows: Promise<ReadonlyMap<string, Row>> } | null = null;

  async function readGathered(ids: ReadonlySet<string>): Promise<ReadonlyMap<string, Row>> {
    await Promise.resolve();
    gathered = null;
    const rows = await readMany([...ids]);
    return new Map(rows.map((row) => [row.id, row]));
  }

  return async (id) => {
    if (gathered === null) {
      const ids = new Set<string>();
      gathered = { ids, rows: readGathered(ids) };
    }
    gathered.ids.add(id);
    return (await gathered.rows).get(id) ?? null;
  };
}
