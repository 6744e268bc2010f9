/** What usage is added up by. */
export type UsageGroup = 'DAY' | 'USER' | 'API_KEY';

/**
 * Jobs and credits of a group in a span. `jobs`: stored in it. `completed`: captured in it; `failed`: failed in it. Credits are those of
 * the ledger's entries in it: they are 0 or more, except for grants, which may be corrections.
 */
export type UsageRow = {
  readonly key: string;
  readonly jobs: number;
  readonly completed: number;
  readonly failed: number;
  readonly capturedCredits: number;
  readonly refundedCredits: number;
  readonly grantedCredits: number;
};

/** Nothing of a group. */
export function noUsage(key: string): UsageRow {
  return { key, jobs: 0, completed: 0, failed: 0, capturedCredits: 0, refundedCredits: 0, grantedCredits: 0 };
}

/** Adds rows to those of the same keys. */
export function addUsage(sums: Map<string, UsageRow>, rows: Iterable<Partial<UsageRow> & Pick<UsageRow, 'key'>>): void {
  for (const row of rows) {
    const sum = sums.get(row.key) ?? noUsage(row.key);
    sums.set(row.key, {
      key: row.key,
      jobs: sum.jobs + (row.jobs ?? 0),
      completed: sum.completed + (row.completed ?? 0),
      failed: sum.failed + (row.failed ?? 0),
      capturedCredits: sum.capturedCredits + (row.capturedCredits ?? 0),
      refundedCredits: sum.refundedCredits + (row.refundedCredits ?? 0),
      grantedCredits: sum.grantedCredits + (row.grantedCredits ?? 0),
    });
  }
}

/** Whether anything happened. */
export function isUsed(row: UsageRow): boolean {
  return Object.values(row).some((value) => typeof value === 'number' && value !== 0);
}

/** A UTC day, or the part of one that a span covers. `key`: such as 2026-11-30. */
export type Day = { readonly key: string; readonly from: number; readonly to: number };

const dayMs = 86_400_000;

/** How many UTC days a span touches. */
export function dayCountOf(from: number, to: number): number {
  return to <= from ? 0 : Math.floor((to - 1) / dayMs) - Math.floor(from / dayMs) + 1;
}

/** The UTC days of a span, oldest first; the first and the last may be parts. */
export function daysOf(from: number, to: number): readonly Day[] {
  const first = Math.floor(from / dayMs);
  return Array.from({ length: dayCountOf(from, to) }, (_, index) => {
    const at = (first + index) * dayMs;
    return {
      key: new Date(at).toISOString().slice(0, 10),
      from: Math.max(from, at),
      to: Math.min(to, at + dayMs),
    };
  });
}
