import { memo } from 'react';
import { useSubscription } from 'urql';
import { type JobRow, jobUpdated } from '../api/operations.ts';
import { jobPath } from '../route.ts';
import { relativeText, useNow } from '../time.ts';
import { isEnded } from '../words.ts';
import { Badge } from './badge.tsx';
import { Link } from './link.tsx';
import { Progress } from './progress.tsx';
import { Shape } from './shape.tsx';

type JobRowLinkProps = {
  readonly job: JobRow;
  /** Whether its progress may be followed: a socket has room for so many subscriptions. */
  readonly isFollowed: boolean;
};

/** A job in a list; drawn again only where the job itself has changed. */
export const JobRowLink = memo(function JobRowLink({ job, isFollowed }: JobRowLinkProps) {
  return isEnded(job.status) ? <Row job={job} /> : <RunningRow job={job} isFollowed={isFollowed} />;
});

function RunningRow({ job, isFollowed }: JobRowLinkProps) {
  const [{ data }] = useSubscription({ query: jobUpdated, variables: { id: job.id }, pause: !isFollowed });
  return <Row job={newerOf(job, data?.jobUpdated)} />;
}

/** Of two views of one job the newer: by version, and within one version by how long it has run. */
export function newerOf(one: JobRow, other: JobRow | undefined): JobRow {
  if (other === undefined || other.id !== one.id || other.version < one.version) return one;
  return other.version > one.version || other.progress.elapsedSeconds > one.progress.elapsedSeconds ? other : one;
}

function Row({ job }: { readonly job: JobRow }) {
  const { id, prompt, status, aspectRatio, externalId, charge, failure, createdAt } = job;
  return (
    <Link className="job-row" href={jobPath(id)} data-job={id} data-status={status}>
      <Shape ratio={aspectRatio} />
      <span className="prompt">
        <span className="text">{prompt}</span>
        {externalId !== null && <span className="external">{externalId}</span>}
      </span>
      <Badge status={status} />
      <span className="outcome">
        {isEnded(status) ? (
          <span className="quiet">{failure?.message ?? chargeText(charge)}</span>
        ) : (
          <Progress job={job} />
        )}
      </span>
      <Age instant={createdAt} />
    </Link>
  );
}

function chargeText({ state, credits }: JobRow['charge']): string {
  return state === 'CAPTURED' ? `${credits} credits` : 'Nothing charged';
}

/** Thousands of them may be there: each looks at the clock six times a minute. */
function Age({ instant }: { readonly instant: string }) {
  const at = Date.parse(instant);
  return (
    <time className="age quiet" dateTime={instant}>
      {relativeText(at, Math.max(at, useNow(10_000)))}
    </time>
  );
}
