import { useEffect } from 'react';
import { useQuery, useSubscription } from 'urql';
import { sentenceOf } from '../api/client.ts';
import { jobQuery, jobUpdated } from '../api/operations.ts';
import { Badge } from '../part/badge.tsx';
import { GraphiqlLink } from '../part/graphiql-link.tsx';
import { JobActions } from '../part/job-actions.tsx';
import { JobFacts } from '../part/job-facts.tsx';
import { newerOf } from '../part/job-row.tsx';
import { Link } from '../part/link.tsx';
import { Empty, ErrorNotice, Skeleton } from '../part/notice.tsx';
import { Stage } from '../part/stage.tsx';
import { Timeline } from '../part/timeline.tsx';
import { useTitle } from '../title.ts';
import { isEnded } from '../words.ts';

/** One job: its video or how far it is, what it cost, what happened, what can be done. */
export function JobPage({ id }: { readonly id: string }) {
  const [{ data, error, fetching }, read] = useQuery({
    query: jobQuery,
    variables: { id },
    requestPolicy: 'cache-and-network',
  });
  const stored = data?.job;
  const isRunning = stored !== undefined && stored !== null && !isEnded(stored.status);
  const [{ data: live }] = useSubscription({ query: jobUpdated, variables: { id }, pause: !isRunning });
  const told = stored?.events.edges.at(-1)?.node.version ?? 0;
  const version = Math.max(stored?.version ?? 0, live?.jobUpdated.version ?? 0);
  useTitle(stored?.prompt.slice(0, 60) ?? 'Job');

  useEffect(() => {
    // What happened since is in the history by now.
    if (version > told && told > 0) read({ requestPolicy: 'network-only' });
  }, [version, told, read]);

  if (stored === undefined || (stored === null && fetching)) {
    return error === undefined ? (
      <Skeleton rows={5} />
    ) : (
      <ErrorNotice text={sentenceOf(error)} onRetry={() => read({ requestPolicy: 'network-only' })} />
    );
  }
  if (stored === null) {
    return (
      <Empty title="No such job">
        <p className="quiet">There is none by this address, or it is not yours.</p>
        <Link href="/jobs">All jobs</Link>
      </Empty>
    );
  }
  const job = newerOf(stored, live?.jobUpdated);
  return (
    <article className="job-page" aria-labelledby="job-title">
      <div className="head">
        <Link href="/jobs">Jobs</Link>
        <Badge status={job.status} />
        <GraphiqlLink document={jobQuery} variables={{ id }} />
      </div>
      <h1 id="job-title">{job.prompt}</h1>
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
