import type { AuditEntry } from './audit.ts';
import { jobIdOf, opaqueTextOf } from './global-id.ts';
import type { Job } from './job.ts';
import { statusOf } from './job.ts';
import { chargeStateOf, type LedgerEntry } from './ledger.ts';

/** All that can be exported. */
export const exportKinds = ['jobs', 'ledger', 'audit'] as const;

/** What is exported. */
export type ExportKind = (typeof exportKinds)[number];

/** The formats: CSV as RFC 4180 has it, or one JSON object a line. */
export const exportFormats = ['csv', 'ndjson'] as const;

/** How it is exported. */
export type ExportFormat = (typeof exportFormats)[number];

/** A value of a row. */
type Cell = string | number | boolean | null;

/** A row with the names of the API, in the order of the columns. */
export type ExportRow = Readonly<Record<string, Cell>>;

const timeOf = (at: number | null) => (at === null ? null : new Date(at).toISOString());

/** A job as it is exported: without its prompt and its video, as operators see it. */
export function jobRowOf(job: Job, cursor: string): ExportRow {
  return {
    cursor,
    id: jobIdOf(job.id),
    jobId: job.id,
    userId: job.owner,
    environment: job.environment,
    externalId: job.externalId,
    status: statusOf(job.state),
    failureCode: job.failure?.code ?? null,
    chargeState: chargeStateOf(job.state),
    credits: job.priceCredits,
    providerRequestId: job.requestId,
    providerCost: job.providerCost,
    hasLateVideo: job.lateVideo !== null,
    retryOf: job.retryOf === null ? null : jobIdOf(job.retryOf),
    createdAt: timeOf(job.createdAt),
    submittedAt: timeOf(job.submittedAt),
    startedAt: timeOf(job.startedAt),
    finishedAt: timeOf(job.finishedAt),
  };
}

/** The columns of jobs. */
const jobColumns = [
  ...[
    'cursor',
    'id',
    'jobId',
    'userId',
    'environment',
    'externalId',
    'status',
    'failureCode',
    'chargeState',
    'credits',
  ],
  ...['providerRequestId', 'providerCost', 'hasLateVideo', 'retryOf', 'createdAt', 'submittedAt', 'startedAt'],
  'finishedAt',
];

/** A ledger entry as it is exported. */
export function entryRowOf(
  entry: LedgerEntry & { readonly owner: string },
  environment: string,
  cursor: string,
): ExportRow {
  return {
    cursor,
    id: opaqueTextOf('LedgerEntry', entry.id),
    userId: entry.owner,
    environment,
    number: entry.number,
    kind: entry.kind,
    credits: entry.credits,
    balanceAfter: entry.balanceAfter,
    jobId: entry.jobId === null ? null : jobIdOf(entry.jobId),
    reason: entry.reason,
    createdAt: timeOf(entry.createdAt),
  };
}

const entryColumns = [
  ...['cursor', 'id', 'userId', 'environment', 'number', 'kind', 'credits', 'balanceAfter', 'jobId', 'reason'],
  'createdAt',
];

/** An entry of the audit log as it is exported. */
export function auditRowOf(entry: AuditEntry, cursor: string): ExportRow {
  const { environment, at, actor, action, target, reason, details } = entry;
  return { cursor, environment, at: timeOf(at), actor, action, target, reason, details };
}

const auditColumns = ['cursor', 'environment', 'at', 'actor', 'action', 'target', 'reason', 'details'];

const columns: Readonly<Record<ExportKind, readonly string[]>> = {
  jobs: jobColumns,
  ledger: entryColumns,
  audit: auditColumns,
};

/** The first line of a CSV file. */
export function headerLineOf(kind: ExportKind): string {
  return `${columns[kind].join(',')}\r\n`;
}

/** A row as a line of a file, with its end. */
export function lineOf(row: ExportRow, format: ExportFormat): string {
  if (format === 'ndjson') return `${JSON.stringify(row)}\n`;
  return `${Object.values(row).map(csvCellOf).join(',')}\r\n`;
}

/**
 * A cell by RFC 4180. A spreadsheet would run a text that begins like a formula, so such a text gets an apostrophe before it, as
 * https://owasp.org/www-community/attacks/CSV_Injection says. Numbers stay: `-67` is one.
 */
function csvCellOf(value: Cell): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
