import type { OperatorJob } from '../api/admin.ts';
import { relativeText, useNow } from '../time.ts';
import { Badge } from './badge.tsx';

type OperatorJobsProps = {
  readonly title: string;
  readonly jobs: readonly OperatorJob[];
  /** What is said where there are none. */
  readonly none: string;
};

/** Jobs of anybody, under the ids that the log has. */
export function OperatorJobs({ title, jobs, none }: OperatorJobsProps) {
  const now = useNow(10_000);
  return (
    <section className="card" aria-label={title}>
      <h2>{title}</h2>
      {jobs.length === 0 ? (
        <p className="quiet">{none}</p>
      ) : (
        <div className="wide">
          <table>
            <thead>
              <tr>
                {['Job', 'User', 'Status', 'Trouble', 'Created', 'Provider’s id'].map((name) => (
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
                    <code>{job.jobId}</code>
                  </td>
                  <td>{job.userId}</td>
                  <td>
                    <Badge status={job.status} />
                  </td>
                  <td>{troubleOf(job)}</td>
                  <td className="quiet">{relativeText(Math.min(now, Date.parse(job.createdAt)), now)}</td>
                  <td>{job.providerRequestId === null ? '–' : <code>{job.providerRequestId}</code>}</td>
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
  return failureCode ?? `${faults} ${faults === 1 ? 'fault' : 'faults in a row'}`;
}
