import type { AuditEntry } from '../../../domain/audit.ts';
import { type FailureOf, invalidInput, jobStateFailure, notFound } from '../../../domain/failure.ts';
import { grantRefusalOf } from '../../../domain/ledger.ts';
import type { Refund, Refunded } from '../../../ports/money.ts';
import { accountOf } from '../shared/rows.ts';
import type { Accounts } from './accounts.ts';
import type { Audit } from './audit.ts';
import type { Jobs } from './jobs.ts';
import type { Ledger } from './ledger.ts';

/** Books a refund inside the caller's transaction; see `MoneyRecords`. */
export type BookRefund = (
  refund: Refund,
  entry?: AuditEntry,
) => Refunded | FailureOf<'invalidInput' | 'notFound' | 'jobState'>;

/** What refunds are booked with. */
export type RefundDeps = {
  readonly jobs: Pick<Jobs, 'find'>;
  readonly accounts: Pick<Accounts, 'find' | 'step'>;
  readonly ledger: Pick<Ledger, 'enter' | 'findRefund'>;
  readonly audit: Pick<Audit, 'add'>;
};

/** Creates the function that books refunds. */
export function createBookRefund({ jobs, accounts, ledger, audit }: RefundDeps): BookRefund {
  return ({ environment, jobId, reason, createdAt }, noted) => {
    const job = jobs.find(jobId);
    const account = job?.environment === environment ? accounts.find(job.accountId) : null;
    if (job === null || account === null) return notFound();
    if (job.state !== 'COMPLETED' || ledger.findRefund(jobId) !== null) return jobStateFailure('NOT_REFUNDABLE', job);
    const credits = job.priceCredits;
    const refusal = grantRefusalOf(account, credits);
    if (refusal !== null) return invalidInput([{ path: ['id'], message: refusal }]);
    const booked = accounts.step(account.id, { balance: credits, ledger: 1 });
    const entry = ledger.enter(booked, { kind: 'REFUND', credits, jobId, reason, idempotencyKey: null }, createdAt);
    audit.add(noted);
    return { entry, account: accountOf(booked) };
  };
}
