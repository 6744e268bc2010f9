import { newerOf, shownAfter } from '@reelgate/client/jobs';
import { useSubscription } from 'urql';
import { type JobRow, jobUpdated } from '../api/operations.ts';
import { durationText, useNow } from '../time.ts';

type Report = { readonly elapsedSeconds: number; readonly fraction: number; readonly at: number };

const mostReports = 500;
const reports = new Map<string, Report>();

/** When the progress of a job arrived. The time outlives the components, because several of them show the same job and come and go. */
function reportedAt({ id, progress }: Pick<JobRow, 'id' | 'progress'>): number {
  const { elapsedSeconds, fraction } = progress;
  const known = reports.get(id);
  if (known?.elapsedSeconds === elapsedSeconds && known.fraction === fraction) return known.at;
  if (reports.size >= mostReports) reports.clear();
  const at = Date.now();
  reports.set(id, { elapsedSeconds, fraction, at });
  return at;
}

/** The progress bar of a running job, with the time left. It moves every second between two reports. */
export function Progress({ job }: { readonly job: Pick<JobRow, 'id' | 'progress' | 'status' | 'submittedAt'> }) {
  const now = useNow();
  const { fraction, remainingSeconds } = shownAfter(job.progress, (now - reportedAt(job)) / 1000);
  const percent = Math.floor(fraction * 100);
  return (
    <div className="progress" data-overdue={job.progress.overdue}>
      <div
        className="bar"
        role="progressbar"
        aria-label="Progress"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <div className="fill" style={{ transform: `scaleX(${fraction})` }} />
      </div>
      <p className="quiet">{leftText(job, remainingSeconds)}</p>
    </div>
  );
}

/** The same for a job that nothing else on the page follows. */
export function LiveProgress({ job }: { readonly job: JobRow }) {
  const [{ data }] = useSubscription({ query: jobUpdated, variables: { id: job.id } });
  return <Progress job={newerOf(job, data?.jobUpdated)} />;
}

function leftText(
  { progress, submittedAt, status }: Pick<JobRow, 'progress' | 'submittedAt' | 'status'>,
  remainingSeconds: number | null,
): string {
  if (progress.overdue) return 'Taking longer than usual';
  if (submittedAt === null) return 'Waiting to be sent to the provider';
  if (remainingSeconds === null) return status === 'QUEUED' ? 'In the provider’s queue' : 'Being made';
  return remainingSeconds < 1 ? 'Any moment now' : `About ${durationText(remainingSeconds)} left`;
}
