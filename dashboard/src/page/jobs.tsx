import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import { useAllowed } from '../access.ts';
import { type JobRow, jobsQuery } from '../api/operations.ts';
import { everyJob, filterOf, isFiltered, isLocal, type JobView, matching, queryOf } from '../job-view.ts';
import { type Jobs, jobsVariablesOf, useJobs } from '../jobs.ts';
import { BulkBar } from '../part/bulk-bar.tsx';
import { GraphiqlLink } from '../part/graphiql-link.tsx';
import { JobFilters } from '../part/job-filters.tsx';
import { JobRowLink } from '../part/job-row.tsx';
import { Link } from '../part/link.tsx';
import { ErrorNotice, Skeleton } from '../part/notice.tsx';
import { type Layout, VirtualList } from '../part/virtual-list.tsx';
import { type ShownView, useShownView } from '../shown-view.ts';
import { useTitle } from '../title.ts';

const pageSize = 100;
/** How many jobs the page looks through by itself for the shape, which the gateway does not filter by. */
const lookedThrough = 2000;
/** After how many pages in a row without a match the page asks before it goes on. */
const mostEmptyPages = 4;
const gapPx = 16;

const asRows: Layout = (width) => ({ columns: 1, height: width < 700 ? 124 : 78 });
const asCards: Layout = (width) => {
  const columns = Math.max(1, Math.floor(width / 250));
  return { columns, height: Math.round(((width / columns - gapPx) * 9) / 16 + 104) };
};

/** All of the viewer's jobs, live. */
export function JobsPage() {
  useTitle('Jobs');
  const { view, change, clear } = useShownView();
  const settled = useSame(filterOf(view));
  const list = useJobs(settled, pageSize);
  const jobs = useMemo(() => matching(list.jobs, view), [list.jobs, view]);
  return (
    <section className="jobs-page" aria-labelledby="jobs-title">
      <div className="head">
        <h1 id="jobs-title">Jobs</h1>
        {list.totalCount !== null && (
          <span className="quiet" data-testid="count">
            {isLocal(view) ? foundText(jobs.length, list) : list.totalCount.toLocaleString()}
          </span>
        )}
        <GraphiqlLink document={jobsQuery} variables={jobsVariablesOf(settled, pageSize, null)} />
      </div>
      <JobFilters view={view} onChange={change} />
      <List key={queryOf(view).toString()} list={list} jobs={jobs} view={view} onClear={clear} />
    </section>
  );
}

/** How many jobs of a list the page itself has found, and among how many while there are more. */
function foundText(found: number, { jobs, hasMore }: Jobs): string {
  const text = `${found.toLocaleString()} found`;
  return hasMore ? `${text} in the newest ${jobs.length.toLocaleString()}` : text;
}

/** The same object as long as the filter says the same. */
function useSame<Value>(value: Value): Value {
  const kept = useRef(value);
  if (JSON.stringify(kept.current) !== JSON.stringify(value)) kept.current = value;
  return kept.current;
}

type ListProps = {
  readonly list: Jobs;
  readonly jobs: readonly JobRow[];
  readonly view: ShownView;
  readonly onClear: () => void;
};

function List(props: ListProps) {
  const { list, jobs } = props;
  const canWrite = useAllowed('JOBS_WRITE');
  const selection = useSelection(jobs);
  const chosen = jobs.filter(({ id }) => selection.selected.has(id));
  return (
    <>
      <BulkBar jobs={chosen} canWrite={canWrite} onClear={selection.clear} />
      {list.jobs.length > 0 || (list.error === null && !list.isLoading) ? (
        <Loaded {...props} selection={selection} isAllSelected={chosen.length === jobs.length} />
      ) : list.error === null ? (
        <Skeleton rows={8} />
      ) : (
        <ErrorNotice text={list.error} onRetry={list.reload} />
      )}
    </>
  );
}

type LoadedProps = ListProps & {
  readonly selection: ReturnType<typeof useSelection>;
  readonly isAllSelected: boolean;
};

function Loaded({ list, jobs, view, onClear, selection, isAllSelected }: LoadedProps) {
  const { hasMore, error, loadMore, totalCount, emptyPages } = list;
  const [limit, setLimit] = useState(lookedThrough);
  const { selected, select, selectAll, clear } = selection;
  const isWhole = !hasMore;
  const isPausedByShape = isLocal(view) && list.jobs.length >= limit;
  const isPaused = isPausedByShape || (emptyPages > 0 && emptyPages % mostEmptyPages === 0);
  const more = () => {
    if (!isWhole && !isPaused && error === null) loadMore();
  };
  return (
    <>
      {jobs.length > 0 && (
        <label className="select-all quiet">
          <input
            type="checkbox"
            checked={isAllSelected}
            onChange={({ target }) => (target.checked ? selectAll() : clear())}
          />
          Select all {jobs.length.toLocaleString()} loaded
        </label>
      )}
      <VirtualList
        items={jobs}
        keyOf={({ id }) => id}
        layout={view.isGrid ? asCards : asRows}
        className={view.isGrid ? 'job-list as-grid' : 'job-list'}
        onNearEnd={more}
      >
        {(job) => <JobRowLink job={job} isCard={view.isGrid} isSelected={selected.has(job.id)} onSelect={select} />}
      </VirtualList>
      {error !== null && <ErrorNotice text={error} onRetry={loadMore} />}
      {isWhole && jobs.length === 0 && <NoJobs view={view} onClear={onClear} />}
      <Ending isWhole={isWhole} isEmpty={jobs.length === 0}>
        {isLocal(view) && totalCount !== null
          ? `Looked through ${list.jobs.length.toLocaleString()} of ${totalCount.toLocaleString()} jobs, newest first.`
          : isPaused
            ? 'No older match so far.'
            : 'Loading …'}
        {isPaused && (
          <button type="button" onClick={() => (isPausedByShape ? setLimit(limit + lookedThrough) : loadMore())}>
            Look further
          </button>
        )}
      </Ending>
    </>
  );
}

type EndingProps = { readonly isWhole: boolean; readonly isEmpty: boolean; readonly children: ReactNode };

function Ending({ isWhole, isEmpty, children }: EndingProps) {
  if (isWhole && isEmpty) return null;
  return <p className="quiet end">{isWhole ? 'You’ve reached the end.' : children}</p>;
}

/** The ids of the selected jobs. A range reaches from the job that was selected last. */
function useSelection(jobs: readonly JobRow[]) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const known = useRef({ jobs, last: '' });
  known.current.jobs = jobs;
  const select = useCallback((id: string, isRange: boolean) => {
    const ids = known.current.jobs.map((job) => job.id);
    const from = ids.indexOf(isRange ? known.current.last : id);
    const at = ids.indexOf(id);
    known.current.last = id;
    setSelected((before) => {
      const isOn = !before.has(id);
      const next = new Set(before);
      const range = from < 0 ? [id] : ids.slice(Math.min(from, at), Math.max(from, at) + 1);
      for (const each of range) {
        if (isOn) next.add(each);
        else next.delete(each);
      }
      return next;
    });
  }, []);
  return {
    selected,
    select,
    selectAll: () => setSelected(new Set(jobs.map(({ id }) => id))),
    clear: () => setSelected(new Set()),
  };
}

function NoJobs({ view, onClear }: { readonly view: JobView; readonly onClear: () => void }) {
  const canCreate = useAllowed('JOBS_WRITE');
  if (!isFiltered(view)) {
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
  const isByStatus = !isFiltered({ ...view, status: everyJob.status });
  return (
    <div className="empty">
      <h2>{isByStatus ? `No ${view.status.toLowerCase()} jobs` : 'No jobs match'}</h2>
      <button type="button" onClick={onClear}>
        Clear filters
      </button>
    </div>
  );
}
