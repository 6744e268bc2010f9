import { useEffect, useState } from 'react';
import { useClient, useQuery } from 'urql';
import { useAllowed } from '../access.ts';
import { sentenceOf } from '../api/client.ts';
import { type LedgerEntry, ledgerQuery } from '../api/credits.ts';
import { BalanceChart } from '../part/balance-chart.tsx';
import { GraphiqlLink } from '../part/graphiql-link.tsx';
import { Link } from '../part/link.tsx';
import { ErrorNotice, Skeleton } from '../part/notice.tsx';
import { Tile } from '../part/tile.tsx';
import { jobPath } from '../route.ts';
import { instantText } from '../time.ts';
import { useTitle } from '../title.ts';
import { promptText } from '../words.ts';

const pageSize = 50;

/** The viewer's balance and every movement of it. */
export function Credits() {
  useTitle('Credits');
  const variables = { first: pageSize, after: null, withJobs: useAllowed('JOBS_READ') };
  const [{ data, error }, read] = useQuery({ query: ledgerQuery, variables, requestPolicy: 'cache-and-network' });
  const account = data?.viewer.account ?? null;
  const newest = account?.ledger.nodes[0]?.balanceAfter ?? 0;
  const missedBalance = account === null || account.balance === newest ? null : account.balance;
  useEffect(() => {
    // The balance is live, so a balance that differs from the newest movement means that movements are missing.
    if (missedBalance !== null) read({ requestPolicy: 'network-only' });
  }, [missedBalance, read]);
  if (account === null) {
    if (error === undefined) return <Skeleton rows={6} />;
    return <ErrorNotice text={sentenceOf(error)} onRetry={() => read({ requestPolicy: 'network-only' })} />;
  }
  const { balance, held, available, ledger } = account;
  return (
    <section className="credits-page" aria-labelledby="credits-title">
      <div className="head">
        <h1 id="credits-title">Credits</h1>
        <GraphiqlLink document={ledgerQuery} variables={variables} />
      </div>
      <div className="tiles">
        <Tile name="Available" value={available} note="ready to spend" />
        <Tile name="On hold" value={held} note="for running jobs" />
        <Tile name="Balance" value={balance} note="available plus on hold" />
      </div>
      <Movements key={ledger.nodes[0]?.id ?? ''} first={ledger} />
    </section>
  );
}

type Page = {
  readonly nodes: readonly LedgerEntry[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
};

function Movements({ first }: { readonly first: Page }) {
  const client = useClient();
  const withJobs = useAllowed('JOBS_READ');
  const [pages, setPages] = useState<readonly Page[]>([]);
  const [trouble, setTrouble] = useState<string | null>(null);
  const last = pages.at(-1) ?? first;
  const entries = [first, ...pages].flatMap(({ nodes }) => nodes);
  const read = async () => {
    const variables = { first: pageSize, after: last.pageInfo.endCursor, withJobs };
    const { data, error } = await client.query(ledgerQuery, variables, { requestPolicy: 'network-only' }).toPromise();
    setTrouble(error === undefined ? null : sentenceOf(error));
    const page = data?.viewer.account?.ledger;
    if (page !== undefined) setPages((before) => [...before, page]);
  };
  const more = () => {
    read().catch(reportError);
  };
  if (entries.length === 0) return <p className="quiet none">No movements yet. Your first video will appear here.</p>;
  return (
    <>
      <BalanceChart entries={entries} />
      <LedgerTable entries={entries} />
      {trouble !== null && <ErrorNotice text={trouble} onRetry={more} />}
      {last.pageInfo.hasNextPage && (
        <button type="button" className="more" onClick={more}>
          Show earlier movements
        </button>
      )}
    </>
  );
}

function LedgerTable({ entries }: { readonly entries: readonly LedgerEntry[] }) {
  return (
    <table className="ledger">
      <caption className="unseen">Every movement of the balance, newest first</caption>
      <thead>
        <tr>
          <th scope="col" className="when">
            When
          </th>
          <th scope="col">Details</th>
          <th scope="col" className="number">
            Credits
          </th>
          <th scope="col" className="number">
            Balance
          </th>
        </tr>
      </thead>
      <tbody>
        {entries.map(({ id, kind, createdAt, job, reason, credits, balanceAfter }) => (
          <tr key={id}>
            <td className="quiet when">
              <time dateTime={createdAt}>{instantText(createdAt)}</time>
            </td>
            <td className="rest">
              {job ? (
                <Link href={jobPath(job.id)} dir="auto">
                  {promptText(job)}
                </Link>
              ) : (
                (reason ?? 'Video')
              )}
              {kind === 'REFUND' && job && <span className="quiet"> Refund: {reason}</span>}
            </td>
            <td className="number" data-sign={Math.sign(credits)}>
              {credits > 0 ? `+${credits.toLocaleString()}` : credits.toLocaleString()}
            </td>
            <td className="number">{balanceAfter.toLocaleString()}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
