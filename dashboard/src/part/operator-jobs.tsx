import type { OperatorJob } from '../api/admin.ts';
import { adminJobPath, adminUserPath } from '../route.ts';
import { relativeText, useNow } from '../time.ts';
import { StatusBadge } from './badge.tsx';
import { CopyId } from './copy-id.tsx';
import { Link } from './link.tsx';

type OperatorJobsProps = {
  readonly title: string;
  /** Null where the list could not be read. */
  readonly jobs: readonly OperatorJob[] | null;
  /** The sentence for an empty list. */
  readonly none: string;
};

const columns = ['Job', 'User', 'Status', 'Trouble', 'Created', 'Provider’s words', 'Provider ID'] as const;

/** Jobs of all users, by the ids that the log uses. */
export function OperatorJobs({ title, jobs, none }: OperatorJobsProps) {
  const now = useNow(10_000);
  return (
    <section className="card" aria-label={title}>
      <h2>{title}</h2>
      {jobs === null ? (
        <p className="quiet">This list could not be loaded.</p>
      ) : jobs.length === 0 ? (
        <p className="quiet">{none}</p>
      ) : (
        <div className="wide">
          <table>
            <thead>
              <tr>
                {columns.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {jobs.map((job) => (
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
                  <td>{troubleOf(job)}</td>
                  <td className="quiet">{relativeText(Math.min(now, Date.parse(job.createdAt)), now)}</td>
                  <td className="words" title={job.providerMessage ?? ''}>
                    {job.providerMessage ?? '–'}
                  </td>
                  <td>{job.providerRequestId === null ? '–' : <CopyId id={job.providerRequestId} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function troubleOf({ faults, failureCode, hasLateVideo }: OperatorJob): string {
  if (hasLateVideo) return 'Late video';
  return failureCode ?? `${faults} ${faults === 1 ? 'failed poll' : 'failed polls in a row'}`;
}
