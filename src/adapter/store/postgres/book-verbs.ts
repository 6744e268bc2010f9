import type { BookRecords } from '../../../ports/book.ts';
import type { Verbs } from './verbs.ts';

/** Runs a body on a connection with its verbs prepared. */
type Run = <T>(body: (verbs: Verbs) => Promise<T>) => Promise<T>;

/** The store's verbs for the books: `on` runs single statements and reads, `transact` what needs a transaction. */
export function createBookVerbs(on: Run, transact: Run): BookRecords {
  return {
    addAuditEntry: (entry) => on(({ audit }) => audit.add(entry)),
    addAuditChange: (environment, action, decide) =>
      transact(({ audit }) => audit.addChange(environment, action, decide)),
    listAudit: (environment, page) => on(({ audit }) => audit.list(environment, page)),
    setBudget: (change, entry) =>
      transact(async ({ audit, budgets }) => {
        const budget = await budgets.set(change);
        await audit.add(entry);
        return budget;
      }),
    defaultBudget: (environment, limitCredits, at) =>
      transact(({ budgets }) => budgets.setDefault(environment, limitCredits, at)),
    findBudgets: (environment, owner, at) => on(({ budgets }) => budgets.find(environment, owner, at)),
    orderErasure: (account, at, entry) => transact(({ erasures }) => erasures.order(account, at, entry)),
    openErasures: (limit) => on(({ erasures }) => erasures.open(limit)),
    readErasure: (order, limit) => on(({ erasures }) => erasures.read(order, limit)),
    advanceErasure: (order, number) => on(({ erasures }) => erasures.advance(order, number)),
    listBudgets: (environment, page) => on(({ budgets }) => budgets.list(environment, page)),
  };
}
