import { keyNameOf } from '../credential/api-key.ts';
import { creditDecimals, rounded } from '../domain/rounded.ts';
import { addUsage, dayCountOf, daysOf, isUsed, type UsageGroup, type UsageRow } from '../domain/usage.ts';
import type { SpanSpend } from '../ports/money.ts';
import type { Store } from '../ports.ts';
import type { Viewer } from './viewer.ts';

/** A span of time, from `from` up to, and without, `to`, in epoch milliseconds. */
type SpanRequest = { readonly from: number; readonly to: number };

/** Why a span cannot be answered, a sentence that says what to do. */
export type SpanRefusal = { readonly refusal: string };

/** A day's spend. `day`: such as 2026-11-30, in UTC. */
export type SpendDay = SpanSpend & {
  readonly day: string;
  /** Compared credits less what the provider's cost is worth in ours; null if it said no cost. */
  readonly difference: number | null;
};

/** The operator's books of the viewer's environment. For the admin role only: the caller must have checked that. */
export interface MoneyReads {
  /** Sums by day, user or API key, sorted by key, without groups in which nothing happened. */
  usage(viewer: Viewer, span: SpanRequest, groupBy: UsageGroup): Promise<readonly UsageRow[] | SpanRefusal>;
  /** What the provider asked beside what users paid, by UTC day. `creditsPerCost`: what one credit of the provider is worth in ours. */
  spend(viewer: Viewer, span: SpanRequest, creditsPerCost: number): Promise<readonly SpendDay[] | SpanRefusal>;
}

const mostDays = 366;

const mostRows = 1000;

/** What a GraphQL Int can hold. */
const mostCredits = 2 ** 31 - 1;

/** Creates the reads. They go day by day, so that a long span never blocks others for more than a day's rows. */
export function createMoneyReads({ store }: { readonly store: Pick<Store, 'usage' | 'spend'> }): MoneyReads {
  return {
    async usage({ environment }, span, groupBy) {
      const refusal = refusalOf(span);
      if (refusal !== null) return { refusal };
      const sums = new Map<string, UsageRow>();
      for (const { key, from, to } of daysOf(span.from, span.to)) {
        const rows = await store.usage({ environment, from, to }, groupBy);
        addUsage(sums, groupBy === 'DAY' ? rows.map((row) => ({ ...row, key })) : rows);
        if (sums.size > mostRows) return { refusal: `There are more than ${mostRows} rows: narrow from and to.` };
      }
      const rows = [...sums.values()].filter(isUsed).toSorted((a, b) => (a.key < b.key ? -1 : 1));
      if (rows.some(isTooLarge)) return { refusal: 'The sums are too large for an Int: narrow from and to.' };
      if (groupBy !== 'API_KEY') return rows;
      return rows.map((row) => ({ ...row, key: row.key === '' ? '' : keyNameOf({ environment, id: row.key }) }));
    },

    async spend({ environment }, span, creditsPerCost) {
      const refusal = refusalOf(span);
      if (refusal !== null) return { refusal };
      const days: SpendDay[] = [];
      for (const { key: day, from, to } of daysOf(span.from, span.to)) {
        const spend = await store.spend({ environment, from, to });
        if (Object.values(spend).every((value) => value === 0)) continue;
        const { acceptedJobs, jobsWithoutCost, comparedCredits, providerCost } = spend;
        const isSaid = acceptedJobs > jobsWithoutCost;
        const difference = isSaid ? rounded(comparedCredits - providerCost * creditsPerCost, creditDecimals) : null;
        days.push({ ...spend, day, providerCost: rounded(providerCost, creditDecimals), difference });
      }
      return days;
    },
  };
}

function refusalOf({ from, to }: SpanRequest): string | null {
  if (from >= to) return 'from must be before to.';
  return dayCountOf(from, to) > mostDays ? `The span is longer than ${mostDays} days: narrow from and to.` : null;
}

function isTooLarge(row: UsageRow): boolean {
  return Object.values(row).some((value) => typeof value === 'number' && Math.abs(value) > mostCredits);
}
