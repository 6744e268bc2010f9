import type { JobRow } from '../api/operations.ts';
import { shownAfter } from '../progress.ts';
import { durationText, useNow } from '../time.ts';

type Told = { readonly elapsedSeconds: number; readonly fraction: number; readonly at: number };

const remembered = 500;
const tellings = new Map<string, Told>();

/** When a job's progress came in: it is shown in more than one place, and by components that come and go. */
function toldAt({ id, progress }: Pick<JobRow, 'id' | 'progress'>): number {
  const { elapsedSeconds, fraction } = progress;
  const known = tellings.get(id);
  if (known?.elapsedSeconds === elapsedSeconds && known.fraction === fraction) return known.at;
  if (tellings.size >= remembered) tellings.clear();
  const at = Date.now();
  tellings.set(id, { elapsedSeconds, fraction, at });
  return at;
}

/** How far a running job is: moves between two tellings as time does, and says what is left. */
export function Progress({ job }: { readonly job: Pick<JobRow, 'id' | 'progress' | 'status' | 'submittedAt'> }) {
  const now = useNow();
  const { fraction, remainingSeconds } = shownAfter(job.progress, (now - toldAt(job)) / 1000);
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

function leftText(
  { progress, submittedAt, status }: Pick<JobRow, 'progress' | 'submittedAt' | 'status'>,
  remainingSeconds: number | null,
): string {
  if (progress.overdue) return 'Taking longer than usual';
  if (submittedAt === null) return 'Being sent to the provider';
  if (remainingSeconds === null) return status === 'QUEUED' ? 'Waiting at the provider' : 'Being made';
  return remainingSeconds < 1 ? 'Any moment now' : `About ${durationText(remainingSeconds)} left`;
}
