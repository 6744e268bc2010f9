import { useEffect, useMemo, useRef, useState } from 'react';
import { jobsQuery } from '../api/operations.ts';
import { type JobFilter, type Jobs, jobsVariablesOf, useJobs } from '../jobs.ts';
import { GraphiqlLink } from '../part/graphiql-link.tsx';
import { JobRowLink } from '../part/job-row.tsx';
import { Link } from '../part/link.tsx';
import { ErrorNotice, Skeleton } from '../part/notice.tsx';
import { useTitle } from '../title.ts';
import { isEnded, type JobStatus } from '../words.ts';

const pageSize = 50;
/** A socket has room for a hundred subscriptions. */
const mostFollowed = 60;
const searchAfterMs = 250;

const choices: readonly { readonly name: string; readonly status: readonly JobStatus[] | null }[] = [
  { name: 'All', status: null },
  { name: 'Running', status: ['PENDING', 'QUEUED', 'PROCESSING'] },
  { name: 'Completed', status: ['COMPLETED'] },
  { name: 'Failed', status: ['FAILED'] },
  { name: 'Canceled', status: ['CANCELED'] },
];

/** All of the viewer's jobs, live. */
export function Watch() {
  useTitle('Watch');
  const [choice, setChoice] = useState('All');
  const [search, setSearch] = useState('');
  const externalId = useSettled(search.trim());
  const filter = useMemo<JobFilter>(
    () => ({
      status: choices.find(({ name }) => name === choice)?.status ?? null,
      externalId: externalId === '' ? null : externalId,
    }),
    [choice, externalId],
  );
  const list = useJobs(filter, pageSize);
  return (
    <section className="watch-page" aria-labelledby="watch-title">
      <div className="head">
        <h1 id="watch-title">Jobs</h1>
        {list.totalCount !== null && <span className="quiet">{list.totalCount.toLocaleString()}</span>}
        <GraphiqlLink document={jobsQuery} variables={jobsVariablesOf(filter, pageSize, null)} />
      </div>
      <div className="filters">
        <input
          id="search"
          type="search"
          value={search}
          onChange={({ target }) => setSearch(target.value)}
          placeholder="Reference, exactly"
          aria-label="Search by reference"
        />
        <fieldset className="choices" aria-label="Filter by status">
          {choices.map(({ name }) => (
            <button key={name} type="button" aria-pressed={name === choice} onClick={() => setChoice(name)}>
              {name}
            </button>
          ))}
        </fieldset>
      </div>
      <List list={list} isFiltered={filter.status !== null || filter.externalId !== null} />
    </section>
  );
}

function List({ list, isFiltered }: { readonly list: Jobs; readonly isFiltered: boolean }) {
  const { jobs, isLoading, hasMore, error, loadMore, reload } = list;
  if (error !== null && jobs.length === 0) return <ErrorNotice text={error} onRetry={reload} />;
  if (isLoading && jobs.length === 0) return <Skeleton rows={8} />;
  if (jobs.length === 0) return <None isFiltered={isFiltered} />;
  let followed = 0;
  return (
    <>
      <ul className="job-list">
        {jobs.map((job) => {
          if (!isEnded(job.status)) followed += 1;
          return (
            <li key={job.id}>
              <JobRowLink job={job} isFollowed={followed <= mostFollowed} />
            </li>
          );
        })}
      </ul>
      {error !== null && <ErrorNotice text={error} onRetry={loadMore} />}
      {hasMore ? <More isLoading={isLoading} onMore={loadMore} /> : <p className="quiet end">These are all.</p>}
    </>
  );
}

function None({ isFiltered }: { readonly isFiltered: boolean }) {
  return (
    <div className="empty">
      <h2>{isFiltered ? 'No job is like that' : 'No jobs yet'}</h2>
      {isFiltered ? (
        <p className="quiet">References are compared whole, letter for letter.</p>
      ) : (
        <Link className="button main" href="/">
          Make the first video
        </Link>
      )}
    </div>
  );
}

/** Loads the next page when it comes into sight, or when it is pressed. */
function More({ isLoading, onMore }: { readonly isLoading: boolean; readonly onMore: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  const more = useRef(onMore);
  more.current = onMore;
  useEffect(() => {
    if (button.current === null || isLoading) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) more.current();
      },
      { rootMargin: '600px' },
    );
    observer.observe(button.current);
    return () => observer.disconnect();
  }, [isLoading]);
  return (
    <button ref={button} type="button" className="more" onClick={onMore} aria-disabled={isLoading}>
      {isLoading ? 'Loading …' : 'Load more'}
    </button>
  );
}

/** A value once it has stopped changing. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), searchAfterMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
