import { useJobs } from '../jobs.ts';
import { JobRowLink } from './job-row.tsx';
import { Link } from './link.tsx';
import { ErrorNotice, Skeleton } from './notice.tsx';

const shown = 6;
const all = { status: null, externalId: null };

/** The latest jobs, live. */
export function Latest() {
  const { jobs, isLoading, error, reload } = useJobs(all, 20);
  return (
    <section className="latest" aria-labelledby="latest-title">
      <div className="head">
        <h2 id="latest-title">Latest</h2>
        <Link href="/jobs">All jobs</Link>
      </div>
      {error !== null && <ErrorNotice text={error} onRetry={reload} />}
      {isLoading && jobs.length === 0 && <Skeleton rows={4} />}
      {!isLoading && error === null && jobs.length === 0 && <p className="quiet none">Your videos will appear here.</p>}
      <ul className="job-list">
        {jobs.slice(0, shown).map((job) => (
          <li key={job.id}>
            <JobRowLink job={job} isFollowed />
          </li>
        ))}
      </ul>
    </section>
  );
}
