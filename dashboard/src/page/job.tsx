import { useAllowed } from '../access.ts';
import { type JobRow, jobQuery } from '../api/operations.ts';
import { newestMessage, type StoredJob, useJobLive, useNewest } from '../job-live.ts';
import { Badge } from '../part/badge.tsx';
import { GraphiqlLink } from '../part/graphiql-link.tsx';
import { JobActions } from '../part/job-actions.tsx';
import { JobFacts } from '../part/job-facts.tsx';
import { Link } from '../part/link.tsx';
import { Empty, ErrorNotice } from '../part/notice.tsx';
import { PhaseBar } from '../part/phase-bar.tsx';
import { PromptHeading } from '../part/prompt-heading.tsx';
import { ProviderWords } from '../part/provider-words.tsx';
import { Stage } from '../part/stage.tsx';
import { Timeline } from '../part/timeline.tsx';
import { useTitle } from '../title.ts';
import { promptText } from '../words.ts';

/** One job: its video or its progress, its price, its history and the buttons that help it on. */
export function JobPage({ id }: { readonly id: string }) {
  const { stored, live, error, reload } = useJobLive(id);
  useTitle(stored ? promptText(stored).slice(0, 60) : 'Job');
  if (stored === undefined) return error === null ? <Outline /> : <ErrorNotice text={error} onRetry={reload} />;
  if (stored === null) return <NoJob />;
  return <Details stored={stored} live={live} />;
}

function Details({ stored, live }: { readonly stored: StoredJob; readonly live: JobRow | undefined }) {
  const job = useNewest({ stored, live });
  const isAdmin = useAllowed('ADMIN');
  return (
    <article className="job-page" aria-labelledby="job-title">
      <div className="head">
        <Link href="/jobs">Jobs</Link>
        <Badge job={job} />
        <GraphiqlLink document={jobQuery} variables={{ id: job.id }} />
      </div>
      <PromptHeading key={job.id} id="job-title" prompt={promptText(job)} />
      <div className="job-columns">
        <div>
          <Stage key={job.id} job={job} newest={newestMessage(stored, job)} />
          <JobActions job={job} />
        </div>
        <div>
          <PhaseBar times={job} />
          <JobFacts job={job} stored={stored} />
          {isAdmin && <ProviderWords job={job} />}
          <Timeline job={job} events={stored.events.edges.map(({ node }) => node)} />
        </div>
      </div>
    </article>
  );
}

/** The page before its job has come: the same frame, so that nothing jumps. */
function Outline() {
  return (
    <div className="job-page" role="status" aria-label="Loading">
      <div className="job-columns">
        <div className="stage">
          <div className="screen" style={{ '--ratio': 16 / 9 }} />
        </div>
      </div>
    </div>
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
