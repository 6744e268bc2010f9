import { memo } from 'react';
import { useSubscription } from 'urql';
import { type JobRow, jobUpdated } from '../api/operations.ts';
import { useCopied } from '../copy-watch.ts';
import { newerOf } from '../job-list.ts';
import { jobPath } from '../route.ts';
import { relativeText, useNow } from '../time.ts';
import { isEnded, promptText } from '../words.ts';
import { Badge } from './badge.tsx';
import { Link } from './link.tsx';
import { Poster } from './poster.tsx';
import { Progress } from './progress.tsx';

type JobRowLinkProps = {
  readonly job: JobRow;
  /** Whether the row subscribes to its progress: one socket carries a limited number of subscriptions. */
  readonly isFollowed: boolean;
};

/** A job in a list. React draws it again only if the job has changed. */
export const JobRowLink = memo(function JobRowLink({ job, isFollowed }: JobRowLinkProps) {
  return isEnded(job.status) ? <Row job={job} /> : <RunningRow job={job} isFollowed={isFollowed} />;
});

function RunningRow({ job, isFollowed }: JobRowLinkProps) {
  const [{ data }] = useSubscription({ query: jobUpdated, variables: { id: job.id }, pause: !isFollowed });
  return <Row job={newerOf(job, data?.jobUpdated)} />;
}

function Row({ job: given }: { readonly job: JobRow }) {
  const job = useCopied(given);
  const { id, status, externalId, createdAt, deletedAt } = job;
  return (
    <Link className="job-row" href={jobPath(id)} data-job={id} data-status={status}>
      <Poster job={job} />
      <span className="prompt">
        <span className="text" dir="auto" data-deleted={deletedAt !== null}>
          {promptText(job)}
        </span>
        {externalId !== null && <span className="external">{externalId}</span>}
      </span>
      <Badge status={status} />
      <span className="outcome">
        {isEnded(status) ? <span className="quiet">{outcomeText(job)}</span> : <Progress job={job} />}
      </span>
      <Age instant={createdAt} />
    </Link>
  );
}

function outcomeText({ charge, failure, video, lateVideo, deletedAt }: JobRow): string {
  if (deletedAt === null && (video ?? lateVideo)?.storage === 'GONE') return 'The video is no longer kept';
  if (lateVideo !== null) return 'Video arrived late, free of charge';
  if (failure !== null) return failure.message;
  return charge.state === 'CAPTURED' ? `${charge.credits} credits` : 'Nothing charged';
}

/** Thousands of rows can be on the page, so each reads the clock only six times a minute. */
function Age({ instant }: { readonly instant: string }) {
  const at = Date.parse(instant);
  return (
    <time className="age quiet" dateTime={instant}>
      {relativeText(at, Math.max(at, useNow(10_000)))}
    </time>
  );
}
