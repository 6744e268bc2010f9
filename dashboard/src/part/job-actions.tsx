import { useMutation } from 'urql';
import { sentenceOf } from '../api/client.ts';
import { cancelJob, retryJob } from '../api/mutations.ts';
import type { JobRow } from '../api/operations.ts';
import { jobPath, navigate } from '../route.ts';
import { FailureNotice } from './failure-notice.tsx';
import { Notice } from './notice.tsx';

/** What can be done with a job as it stands. */
export function JobActions({ job }: { readonly job: JobRow }) {
  const [retried, retry] = useMutation(retryJob);
  const [canceled, cancel] = useMutation(cancelJob);
  const result = retried.data?.retryJob ?? canceled.data?.cancelJob;
  const error = retried.error ?? canceled.error;
  const isFailure = result !== undefined && result.__typename !== 'GenerateVideoSuccess';
  const again = () => {
    retry({ id: job.id })
      .then(({ data }) => {
        if (data?.retryJob.__typename === 'GenerateVideoSuccess') navigate(jobPath(data.retryJob.job.id));
      })
      .catch(reportError);
  };
  const takeBack = () => {
    cancel({ id: job.id }).catch(reportError);
  };
  const canRetry = job.status === 'FAILED' || job.status === 'CANCELED';
  return (
    <div className="job-actions">
      {canRetry && (
        <button type="button" className="main" aria-disabled={retried.fetching} onClick={again}>
          {retried.fetching ? 'Asking again …' : 'Try again'}
        </button>
      )}
      {job.status === 'PENDING' && (
        <button type="button" aria-disabled={canceled.fetching} onClick={takeBack}>
          Cancel
        </button>
      )}
      {isFailure && result.__typename !== 'CancelJobSuccess' && <FailureNotice failure={result} />}
      {error !== undefined && <Notice tone="bad" title={sentenceOf(error)} />}
    </div>
  );
}
