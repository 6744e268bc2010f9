import { isEnded, newerOf } from '@reelgate/client/jobs';
import { type MouseEvent, memo, useState } from 'react';
import { useSubscription } from 'urql';
import { type JobRow, jobUpdated } from '../api/operations.ts';
import { useCopied } from '../copy-watch.ts';
import { tookSecondsOf } from '../phases.ts';
import { jobPath } from '../route.ts';
import { relativeText, tenthsText, useNow } from '../time.ts';
import { promptText, shapeOf } from '../words.ts';
import { Badge } from './badge.tsx';
import { Link } from './link.tsx';
import { Poster } from './poster.tsx';
import { Progress } from './progress.tsx';
import { PromptWords } from './prompt-words.tsx';

type JobRowLinkProps = {
  readonly job: JobRow;
  readonly isCard: boolean;
  readonly isSelected: boolean;
  /** `isRange`: together with all jobs since the last one that was selected. */
  readonly onSelect: (id: string, isRange: boolean) => void;
};

/**
 * A job in a list, as a row or as a card. React draws it again only if something of it has changed. Only rows near the window are drawn,
 * so a list subscribes to few jobs at a time. A row stays the same element when its job ends, and so keeps the focus.
 */
export const JobRowLink = memo(function JobRowLink({ job, ...rest }: JobRowLinkProps) {
  const [{ data }] = useSubscription({ query: jobUpdated, variables: { id: job.id }, pause: isEnded(job.status) });
  return <Item job={newerOf(job, data?.jobUpdated)} {...rest} />;
});

function Item({ job: given, isCard, isSelected, onSelect }: JobRowLinkProps) {
  const job = useCopied(given);
  const [isHovered, setHovered] = useState(false);
  const { id, status } = job;
  const select = (event: MouseEvent) => onSelect(id, event.shiftKey);
  return (
    <div className={isCard ? 'job-item card-item' : 'job-item row-item'} data-selected={isSelected}>
      <label className="pick">
        <input type="checkbox" checked={isSelected} onChange={() => undefined} onClick={select} />
        <span className="unseen">Select {promptText(job).slice(0, 60)}</span>
      </label>
      <Link
        className={isCard ? 'job-card' : 'job-row'}
        href={jobPath(id)}
        data-job={id}
        data-status={status}
        onPointerEnter={() => setHovered(true)}
        onPointerLeave={() => setHovered(false)}
      >
        <Poster job={job} isPlaying={isHovered} />
        {isCard ? <CardParts job={job} /> : <RowParts job={job} />}
      </Link>
    </div>
  );
}

function RowParts({ job }: { readonly job: JobRow }) {
  const { status, externalId, createdAt, aspectRatio, seed } = job;
  return (
    <>
      <Words job={job} reference={externalId} />
      <Badge job={job} />
      <span className="outcome">
        {isEnded(status) ? <span className="quiet">{outcomeText(job)}</span> : <Progress job={job} />}
      </span>
      <span className="input quiet">
        {shapeOf(aspectRatio).name}
        <span>seed {seed === -1 ? 'open' : seed}</span>
      </span>
      <span className="took quiet">{tookText(job)}</span>
      <Age instant={createdAt} />
    </>
  );
}

function CardParts({ job }: { readonly job: JobRow }) {
  return (
    <>
      <Words job={job} reference={null} />
      <span className="foot">
        {isEnded(job.status) ? <Badge job={job} /> : <Progress job={job} />}
        <Age instant={job.createdAt} />
      </span>
    </>
  );
}

function Words({ job, reference }: { readonly job: JobRow; readonly reference: string | null }) {
  return (
    <span className="prompt">
      <span className="text" dir="auto" data-deleted={job.deletedAt !== null}>
        <PromptWords text={promptText(job)} />
      </span>
      {reference !== null && <span className="external">{reference}</span>}
    </span>
  );
}

function outcomeText({ charge, failure, video, lateVideo, deletedAt }: JobRow): string {
  if (deletedAt === null && (video ?? lateVideo)?.storage === 'GONE') return 'The video is no longer kept';
  if (lateVideo !== null) return 'Video arrived late, free of charge';
  if (failure !== null) return failure.message;
  return charge.state === 'CAPTURED' ? `${charge.credits} credits` : 'Nothing charged';
}

function tookText(job: JobRow): string {
  const seconds = tookSecondsOf(job);
  return seconds === null ? '' : tenthsText(seconds);
}

/** Each reads the clock only six times a minute. */
function Age({ instant }: { readonly instant: string }) {
  const at = Date.parse(instant);
  return (
    <time className="age quiet" dateTime={instant}>
      {relativeText(at, Math.max(at, useNow(10_000)))}
    </time>
  );
}
