import type { AuditEntry } from '../domain/audit.ts';
import type { FailureOf } from '../domain/failure.ts';
import type { Environment, Job } from '../domain/job.ts';
import type { Account, LedgerEntry } from '../domain/ledger.ts';
import type { UsageGroup, UsageRow } from '../domain/usage.ts';

/** A refund to book: what a job of the environment captured goes back to its account. */
export type Refund = {
  readonly environment: Environment;
  readonly jobId: string;
  readonly reason: string;
  readonly createdAt: number;
};

/** A booked refund: its entry, and the account afterwards. */
export type Refunded = { readonly entry: LedgerEntry; readonly account: Account };

/** A span of time in one environment: from `from` up to, and without, `to`, in epoch milliseconds. */
export type Span = { readonly environment: Environment; readonly from: number; readonly to: number };

/** What the provider was asked for in a span, and what users paid in it. */
export type SpanSpend = {
  /** Jobs that the provider accepted in the span. */
  readonly acceptedJobs: number;
  /** Those among them of which the provider has said no cost. */
  readonly jobsWithoutCost: number;
  /** The sum of the costs that the provider said of them, in its own credits. */
  readonly providerCost: number;
  /** The credits that were captured for the jobs with a cost. */
  readonly comparedCredits: number;
  /** The CAPTURE entries of the span. */
  readonly capturedCredits: number;
  /** The REFUND entries of the span. */
  readonly refundedCredits: number;
  /** Jobs that were stored in the span and ended as SUBMISSION_UNCONFIRMED. */
  readonly unconfirmedJobs: number;
};

/** A row's place in an export: when it was made, then its id. */
export type Place = { readonly at: number; readonly id: string };

/** A ledger entry with the user whose account it is of. */
type OwnedEntry = LedgerEntry & { readonly owner: string };

/** What the store keeps and counts for the operator's books. */
export interface MoneyRecords {
  /**
   * Books a refund. A job that has not completed, or that was refunded before, is a `jobState`; a balance that would rise above the
   * maximum is an `invalidInput` on `id`. A booked one adds `entry` to the audit log.
   */
  refund(refund: Refund, entry?: AuditEntry): Promise<Refunded | FailureOf<'invalidInput' | 'notFound' | 'jobState'>>;
  /**
   * The sums of a span by user or by API key ('': none); rows in no order. DAY makes one row, with the key '', so that the caller splits
   * longer spans into days: a day's rows are read in one go.
   */
  usage(span: Span, groupBy: UsageGroup): Promise<readonly UsageRow[]>;
  spend(span: Span): Promise<SpanSpend>;
  /** Up to `limit` jobs of an environment after a place (null: from the first), made at `until` or before, by place. */
  jobsAfter(environment: Environment, after: Place | null, until: number, limit: number): Promise<readonly Job[]>;
  /** As `jobsAfter`: ledger entries. */
  entriesAfter(
    environment: Environment,
    after: Place | null,
    until: number,
    limit: number,
  ): Promise<readonly OwnedEntry[]>;
}
