import type { ResultOf } from 'gql.tada';
import { useEffect } from 'react';
import { useQuery, useSubscription } from 'urql';
import { sentenceOf } from '../api/client.ts';
import { type JobRow, jobQuery, jobUpdated } from '../api/operations.ts';
import { useCopied } from '../copy-watch.ts';
import { useFeed } from '../feed.ts';
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
import { isEnded, promptText } from '../words.ts';

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
  useTitle(stored ? promptText(stored).slice(0, 60) : 'Job');

  useEffect(() => {
    // A newer version means that the history has grown.
    if (version > newestEvent && newestEvent > 0) read({ requestPolicy: 'network-only' });
  }, [version, newestEvent, read]);
  useFeed((news) => {
    // Live updates end with the job. A late video and a deletion come by the feed, which puts the job itself into the cache.
    if (news.kind !== 'job' && stored !== undefined) read({ requestPolicy: 'network-only' });
  });

  if (stored === undefined || (stored === null && fetching)) {
    return error === undefined ? (
      <Skeleton rows={5} />
    ) : (
      <ErrorNotice text={sentenceOf(error)} onRetry={() => read({ requestPolicy: 'network-only' })} />
    );
  }
  if (stored === null) return <NoJob />;
  return <Details stored={stored} live={live?.jobUpdated} />;
}

type DetailsProps = {
  readonly stored: NonNullable<ResultOf<typeof jobQuery>['job']>;
  readonly live: JobRow | undefined;
};

function Details({ stored, live }: DetailsProps) {
  const job = useCopied(newerOf(stored, live));
  return (
    <article className="job-page" aria-labelledby="job-title">
      <div className="head">
        <Link href="/jobs">Jobs</Link>
        <Badge status={job.status} />
        <GraphiqlLink document={jobQuery} variables={{ id: job.id }} />
      </div>
      <PromptHeading key={job.id} id="job-title" prompt={promptText(job)} />
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
