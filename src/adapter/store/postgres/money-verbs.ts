import type { MoneyRecords } from '../../../ports/money.ts';
import type { Verbs } from './verbs.ts';

/** Runs something with the verbs of a connection: each statement by itself, or all in one transaction. */
type Run = <T>(use: (verbs: Verbs) => Promise<T>) => Promise<T>;

/** The store's verbs for the operator's books. */
export function createMoneyVerbs(on: Run, transact: Run): MoneyRecords {
  return {
    refund: (refund, entry) => transact(({ bookRefund }) => bookRefund(refund, entry)),
    usage: (span, groupBy) => on(({ usage }) => usage.usage(span, groupBy)),
    spend: (span) => on(({ usage }) => usage.spend(span)),
    jobsAfter: (...place) => on(({ exports }) => exports.jobsAfter(...place)),
    entriesAfter: (...place) => on(({ exports }) => exports.entriesAfter(...place)),
  };
}
