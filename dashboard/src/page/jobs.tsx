import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useAllowed } from '../access.ts';
import { jobsQuery } from '../api/operations.ts';
import { type JobFilter, type Jobs, jobsVariablesOf, useJobs } from '../jobs.ts';
import { GraphiqlLink } from '../part/graphiql-link.tsx';
import { JobRowLink } from '../part/job-row.tsx';
import { Link } from '../part/link.tsx';
import { ErrorNotice, Skeleton } from '../part/notice.tsx';
import { useTitle } from '../title.ts';
import { isEnded, type JobStatus } from '../words.ts';

const pageSize = 50;
/** One socket carries at most a hundred subscriptions. */
const mostFollowed = 60;
const searchAfterMs = 250;

const choices: readonly { readonly name: string; readonly status: readonly JobStatus[] | null }[] = [
  { name: 'All', status: null },
  { name: 'Running', status: ['PENDING', 'QUEUED', 'PROCESSING'] },
  { name: 'Completed', status: ['COMPLETED'] },
  { name: 'Failed', status: ['FAILED'] },
  { name: 'Canceled', status: ['CANCELED'] },
];

type Selection = { readonly choice: string; readonly search: string };
const everything: Selection = { choice: 'All', search: '' };

/** All of the viewer's jobs, live. */
export function JobsPage() {
  useTitle('Jobs');
  const [{ choice, search }, select] = useSelection();
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
    <section className="jobs-page" aria-labelledby="jobs-title">
      <div className="head">
        <h1 id="jobs-title">Jobs</h1>
        {list.totalCount !== null && <span className="quiet">{list.totalCount.toLocaleString()}</span>}
        <GraphiqlLink document={jobsQuery} variables={jobsVariablesOf(filter, pageSize, null)} />
      </div>
      <div className="filters">
        <input
          id="search"
          type="search"
          value={search}
          onChange={({ target }) => select({ choice, search: target.value })}
          placeholder="Reference (exact match)"
          aria-label="Search by reference (exact match)"
        />
        <fieldset className="choices" aria-label="Filter by status">
          {choices.map(({ name }) => (
            <button
              key={name}
              type="button"
              aria-pressed={name === choice}
              onClick={() => select({ choice: name, search })}
            >
              {name}
            </button>
          ))}
        </fieldset>
      </div>
      <List list={list} empty={<NoJobs choice={choice} search={externalId} onClear={() => select(everything)} />} />
    </section>
  );
}

/** The filter, kept in the address: it survives the way to a job and back, and can be bookmarked. */
function useSelection() {
  const [selection, setSelection] = useState<Selection>(() => {
    const parameters = new URLSearchParams(location.search);
    const status = parameters.get('status');
    const choice = choices.find(({ name }) => name.toLowerCase() === status)?.name ?? everything.choice;
    return { choice, search: parameters.get('reference') ?? '' };
  });
  const select = (next: Selection) => {
    const parameters = new URLSearchParams();
    if (next.choice !== everything.choice) parameters.set('status', next.choice.toLowerCase());
    if (next.search !== '') parameters.set('reference', next.search);
    const query = parameters.toString();
    history.replaceState(null, '', location.pathname + (query === '' ? '' : `?${query}`));
    setSelection(next);
  };
  return [selection, select] as const;
}

function List({ list, empty }: { readonly list: Jobs; readonly empty: ReactNode }) {
  const { jobs, isLoading, hasMore, error, loadMore, reload } = list;
  if (error !== null && jobs.length === 0) return <ErrorNotice text={error} onRetry={reload} />;
  if (isLoading && jobs.length === 0) return <Skeleton rows={8} />;
  if (jobs.length === 0) return empty;
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
      {hasMore ? (
        <More isLoading={isLoading} onMore={loadMore} />
      ) : (
        <p className="quiet end">You’ve reached the end.</p>
      )}
    </>
  );
}

type NoJobsProps = { readonly choice: string; readonly search: string; readonly onClear: () => void };

function NoJobs({ choice, search, onClear }: NoJobsProps) {
  const canCreate = useAllowed('JOBS_WRITE');
  if (choice === everything.choice && search === '') {
    return (
      <div className="empty">
        <h2>No jobs yet</h2>
        {canCreate && (
          <Link className="button main" href="/">
            Create your first video
          </Link>
        )}
      </div>
    );
  }
  return (
    <div className="empty">
      <h2>{search === '' ? `No ${choice.toLowerCase()} jobs` : 'No jobs match'}</h2>
      {search !== '' && <p className="quiet">A reference is found only by all of its letters, exactly as written.</p>}
      <button type="button" onClick={onClear}>
        Clear filters
      </button>
    </div>
  );
}

/** Loads the next page when it scrolls near, or on a click. */
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

/** The value after it has stopped changing. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), searchAfterMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
