import { type JobStatus, statusWords } from '../words.ts';

/** A job's status, as a word and a colour. */
export function Badge({ status }: { readonly status: JobStatus }) {
  return (
    <span className="badge" data-status={status}>
      {statusWords[status]}
    </span>
  );
}
