import { isEnded } from '@reelgate/client/jobs';
import { useAllowed, useViewer } from '../access.ts';
import type { JobRow } from '../api/operations.ts';
import { useDraftStore } from '../draft.ts';
import { newestMessage, type StoredJob, useJobLive, useNewest } from '../job-live.ts';
import { draftOf, type Playground, playgroundPath, useShown } from '../playground.ts';
import { pricedName } from '../price.ts';
import { jobPath, navigate } from '../route.ts';
import { promptText, shapeOf } from '../words.ts';
import { Badge } from './badge.tsx';
import { Icon } from './icon.tsx';
import { Link } from './link.tsx';
import { ErrorNotice, Notice, Skeleton } from './notice.tsx';
import { Sample } from './sample.tsx';
import { Stage } from './stage.tsx';

type ResultPaneProps = {
  readonly playground: Playground;
  readonly priceCredits: number | null;
  /** Whether a sample plays where there is no result: for users who have none of their own. */
  readonly hasSample: boolean;
};

/** The result beside the form: one job, two side by side, or the empty frame that the form's shape will fill. */
export function ResultPane({ playground, priceCredits, hasSample }: ResultPaneProps) {
  const { job, beside } = useShown();
  if (job === null && hasSample) return <Sample aspectRatio={playground.draft.aspectRatio} />;
  if (job === null) return <EmptyFrame playground={playground} />;
  return (
    <>
      {beside !== null && (
        <div className="head compare-head">
          <h2>Compare</h2>
          <button type="button" className="small" onClick={playBoth}>
            Play both
          </button>
        </div>
      )}
      <div className="results" data-two={beside !== null}>
        <Result key={job} id={job} other={beside} playground={playground} priceCredits={priceCredits} />
        {beside !== null && (
          <Result key={beside} id={beside} other={job} playground={playground} priceCredits={priceCredits} />
        )}
      </div>
    </>
  );
}

/** Starts both videos at the same time, from their beginning. */
function playBoth(): void {
  for (const video of document.querySelectorAll<HTMLVideoElement>('.results video')) {
    video.currentTime = 0;
    video.play().catch(reportError);
  }
}

function EmptyFrame({ playground }: Pick<ResultPaneProps, 'playground'>) {
  const [width, height] = shapeOf(playground.draft.aspectRatio).sides;
  return (
    <div className="stage empty-frame">
      <div className="screen" style={{ '--ratio': width / height }}>
        <Icon name="brand" />
        <p>Your video will play here</p>
      </div>
    </div>
  );
}

type ResultProps = Omit<ResultPaneProps, 'hasSample'> & { readonly id: string; readonly other: string | null };

function Result({ id, ...rest }: ResultProps) {
  const { stored, live, error, reload } = useJobLive(id);
  if (stored === undefined)
    return error === null ? <Skeleton rows={3} /> : <ErrorNotice text={error} onRetry={reload} />;
  if (stored === null) return <Notice tone="info" title="There is no such job, or it belongs to somebody else." />;
  return <Loaded stored={stored} live={live} {...rest} />;
}

type LoadedProps = Omit<ResultProps, 'id'> & { readonly stored: StoredJob; readonly live: JobRow | undefined };

function Loaded({ stored, live, other, playground, priceCredits }: LoadedProps) {
  const job = useNewest({ stored, live });
  const { environment } = useViewer();
  const extra = (
    <>
      {job.deletedAt === null && isEnded(job.status) && (
        <button type="button" aria-disabled={playground.isSending} onClick={() => playground.runWithOtherSeed(job)}>
          <Icon name="die" />
          {pricedName('Another seed', environment === 'TEST' ? null : priceCredits)}
        </button>
      )}
      <UseInput job={job} />
    </>
  );
  return (
    <article className="result" aria-label={`Result: ${promptText(job).slice(0, 80)}`}>
      <Stage key={job.id} job={job} newest={newestMessage(stored, job)} extra={extra} />
      <div className="caption">
        <Badge job={job} />
        <Link className="prompt-line" href={jobPath(job.id)} dir="auto" title={promptText(job)}>
          {promptText(job)}
        </Link>
        <span className="quiet">
          {shapeOf(job.aspectRatio).name}, seed {job.seed === -1 ? 'of the provider' : job.seed}
        </span>
        {other !== null && (
          <button
            type="button"
            className="plain small"
            aria-label="Close this result"
            onClick={() => navigate(playgroundPath({ job: other, beside: null }))}
          >
            <Icon name="cross" />
          </button>
        )}
      </div>
    </article>
  );
}

/** Puts a job's input into the form, if something else is there. */
function UseInput({ job }: { readonly job: JobRow }) {
  const store = useDraftStore();
  const canWrite = useAllowed('JOBS_WRITE');
  const { prompt, aspectRatio, seed } = store.read();
  const isSame = prompt === job.prompt && aspectRatio === job.aspectRatio && seed === String(job.seed);
  if (!canWrite || isSame || job.deletedAt !== null) return null;
  const fill = () => {
    store.change(draftOf(job));
    document.getElementById('prompt')?.focus();
  };
  return (
    <button type="button" onClick={fill}>
      Edit
    </button>
  );
}
