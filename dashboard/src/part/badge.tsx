import type { JobRow } from '../api/operations.ts';
import { type JobStatus, statusWords } from '../words.ts';

/** A job's status, as a word and a colour. */
export function StatusBadge({ status }: { readonly status: JobStatus }) {
  return (
    <span className="badge" data-status={status}>
      {statusWords[status]}
    </span>
  );
}

/** The same for a job whose video may have come late: that job failed, and its owner has a video. */
export function Badge({ job: { status, lateVideo } }: { readonly job: Pick<JobRow, 'status' | 'lateVideo'> }) {
  if (lateVideo === null) return <StatusBadge status={status} />;
  return (
    <span className="badge" data-status={status} data-late="true">
      Late video
    </span>
  );
}
