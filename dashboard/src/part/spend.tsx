import { useMemo } from 'react';
import { useQuery } from 'urql';
import { type SpendDay, spendQuery } from '../api/spend.ts';
import { WideTable } from './wide-table.tsx';

const days = 14;

const dayMs = 86_400_000;

const columns = [
  'Day (UTC)',
  'Accepted',
  'Paid by users',
  'Refunded',
  'Provider’s cost',
  'Difference',
  'Unconfirmed',
] as const;

/** What the provider asked on the last days, beside what users paid. */
export function Spend() {
  const variables = useMemo(() => lastDays(Date.now()), []);
  const [{ data, error }] = useQuery({ query: spendQuery, variables, requestPolicy: 'cache-and-network' });
  const rows = data?.operations?.spend ?? null;
  if (rows === null && error === undefined) return null;
  return (
    <section className="card" aria-label="Spend">
      <h2>Spend of the last {days} days</h2>
      {rows === null ? (
        <p className="quiet">This list could not be loaded.</p>
      ) : rows.length === 0 ? (
        <p className="quiet">The provider accepted no job.</p>
      ) : (
        <WideTable name="Spend by day" columns={columns}>
          {rows.toReversed().map((row) => (
            <SpendRow key={row.day} row={row} />
          ))}
        </WideTable>
      )}
    </section>
  );
}

function SpendRow({ row }: { readonly row: SpendDay }) {
  return (
    <tr>
      <td>
        <time dateTime={row.day}>{row.day}</time>
      </td>
      <td>{row.acceptedJobs}</td>
      <td>{row.capturedCredits} credits</td>
      <td>{row.refundedCredits} credits</td>
      <td>{costText(row)}</td>
      <td data-sign={Math.sign(row.difference ?? 0)}>{row.difference === null ? '–' : rounded(row.difference)}</td>
      <td>{row.unconfirmedJobs}</td>
    </tr>
  );
}

function costText({ acceptedJobs, jobsWithoutCost, providerCost }: SpendDay): string {
  if (jobsWithoutCost === acceptedJobs) return 'not reported';
  return jobsWithoutCost === 0 ? rounded(providerCost) : `${rounded(providerCost)}, unknown for ${jobsWithoutCost}`;
}

function rounded(amount: number): string {
  return amount.toLocaleString(undefined, { maximumFractionDigits: 2 });
}

/** From midnight in UTC, so that the first day is whole, to the end of today. */
function lastDays(now: number): { readonly from: string; readonly to: string } {
  const tomorrow = (Math.floor(now / dayMs) + 1) * dayMs;
  return { from: new Date(tomorrow - days * dayMs).toISOString(), to: new Date(tomorrow).toISOString() };
}
