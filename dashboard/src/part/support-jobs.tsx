import { useState } from 'react';
import { useQuery } from 'urql';
import { sentenceOf } from '../api/client.ts';
import { supportJobsQuery } from '../api/support.ts';
import { adminJobPath, adminUserPath } from '../route.ts';
import { instantText } from '../time.ts';
import { StatusBadge } from './badge.tsx';
import { Link } from './link.tsx';
import { ErrorNotice, Skeleton } from './notice.tsx';

const pageSize = 20;

type SupportJobsProps = {
  readonly title: string;
  readonly filter: { readonly userId?: string; readonly externalId?: string };
};

/** Jobs of one user or of one reference, newest first, a page at a time. */
export function SupportJobs({ title, filter }: SupportJobsProps) {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const variables = { filter, first: pageSize, after: cursors.at(-1) ?? null };
  const [{ data, error }, read] = useQuery({
    query: supportJobsQuery,
    variables,
    requestPolicy: 'cache-and-network',
  });
  const page = data?.operations?.jobs ?? null;
  const { hasNextPage = false, endCursor = null } = page?.pageInfo ?? {};
  return (
    <section className="card" aria-label={title}>
      <div className="head">
        <h2>{title}</h2>
        {page !== null && <span className="quiet">{page.totalCount.toLocaleString()}</span>}
      </div>
      {error !== undefined && (
        <ErrorNotice text={sentenceOf(error)} onRetry={() => read({ requestPolicy: 'network-only' })} />
      )}
      {page === null && error === undefined && <Skeleton rows={3} />}
      {page?.nodes.length === 0 && <p className="quiet">No jobs.</p>}
      {page !== null && page.nodes.length > 0 && (
        <div className="wide">
          <table>
            <thead>
              <tr>
                {['Job', 'User', 'Status', 'Failure', 'Reference', 'Created'].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {page.nodes.map((job) => (
                <tr key={job.jobId}>
                  <td>
                    <Link href={adminJobPath(job.jobId)}>{job.jobId}</Link>
                  </td>
                  <td>
                    <Link href={adminUserPath(job.userId)}>{job.userId}</Link>
                  </td>
                  <td>
                    <StatusBadge status={job.status} />
                  </td>
                  <td>{job.failureCode ?? '–'}</td>
                  <td>{job.externalId ?? '–'}</td>
                  <td className="quiet">{instantText(job.createdAt)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div className="actions">
        {cursors.length > 0 && (
          <button type="button" onClick={() => setCursors(cursors.slice(0, -1))}>
            Newer jobs
          </button>
        )}
        {hasNextPage && endCursor !== null && (
          <button type="button" onClick={() => setCursors([...cursors, endCursor])}>
            Older jobs
          </button>
        )}
      </div>
    </section>
  );
}
