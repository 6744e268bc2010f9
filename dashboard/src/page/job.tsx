import { useEffect } from 'react';
import { useQuery, useSubscription } from 'urql';
import { sentenceOf } from '../api/client.ts';
import { jobQuery, jobUpdated } from '../api/operations.ts';
import { newerOf } from '../job-list.ts';
import { Badge } from '../part/badge.tsx';
import { GraphiqlLink } from '../part/graphiql-link.tsx';
import { JobActions } from '../part/job-actions.tsx';
import { JobFacts } from '../part/job-facts.tsx';
import { Link } from '../part/link.tsx';
import { Empty, ErrorNotice, Skeleton } from '../part/notice.tsx';
import { PromptHeading } from '../part/prompt-heading.tsx';
import { Stage } from '../part/stage.tsx';
import { Timeline } from '../part/timeline.tsx';
import { useTitle } from '../title.ts';
import { isEnded } from '../words.ts';

/** Live updates end with the job, so the page asks for a late video by itself. */
const lateVideoPollMs = 5000;

/** One job: its video or its progress, its price, its history and the buttons that help it on. */
export function JobPage({ id }: { readonly id: string }) {
  const [{ data, error, fetching }, read] = useQuery({
    query: jobQuery,
    variables: { id },
    requestPolicy: 'cache-and-network',
  });
  const stored = data?.job;
  const isRunning = stored !== undefined && stored !== null && !isEnded(stored.status);
  const [{ data: live }] = useSubscription({ query: jobUpdated, variables: { id }, pause: !isRunning });
  const newestEvent = stored?.events.edges.at(-1)?.node.version ?? 0;
  const version = Math.max(stored?.version ?? 0, live?.jobUpdated.version ?? 0);
  const mayComeLate = stored?.failure?.code === 'DEADLINE_EXCEEDED' && stored.lateVideo === null;
  useTitle(stored?.prompt.slice(0, 60) ?? 'Job');

  useEffect(() => {
    // A newer version means that the history has grown.
    if (version > newestEvent && newestEvent > 0) read({ requestPolicy: 'network-only' });
  }, [version, newestEvent, read]);
  useEffect(() => {
    if (!mayComeLate) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') read({ requestPolicy: 'network-only' });
    }, lateVideoPollMs);
    return () => clearInterval(timer);
  }, [mayComeLate, read]);

  if (stored === undefined || (stored === null && fetching)) {
    return error === undefined ? (
      <Skeleton rows={5} />
    ) : (
      <ErrorNotice text={sentenceOf(error)} onRetry={() => read({ requestPolicy: 'network-only' })} />
    );
  }
  if (stored === null) return <NoJob />;
  const job = newerOf(stored, live?.jobUpdated);
  return (
    <article className="job-page" aria-labelledby="job-title">
      <div className="head">
        <Link href="/jobs">Jobs</Link>
        <Badge status={job.status} />
        <GraphiqlLink document={jobQuery} variables={{ id }} />
      </div>
      <PromptHeading key={job.id} id="job-title" prompt={job.prompt} />
      <div className="job-columns">
        <div>
          <Stage key={job.id} job={job} />
          <JobActions job={job} />
        </div>
        <div>
          <JobFacts job={job} retryOf={stored.retryOf?.id ?? null} />
          <Timeline events={stored.events.edges.map(({ node }) => node)} />
        </div>
      </div>
    </article>
  );
}

function NoJob() {
  return (
    <Empty title="Job not found">
      <p className="quiet">There is no job at this address, or it belongs to somebody else.</p>
      <Link className="button main" href="/jobs">
        See all jobs
      </Link>
    </Empty>
  );
}
