import { isEnded } from '@reelgate/client/jobs';
import { useMutation } from 'urql';
import { useAllowed, useViewer } from '../access.ts';
import { sentenceOf } from '../api/client.ts';
import { cancelJob, retryJob } from '../api/mutations.ts';
import type { JobRow } from '../api/operations.ts';
import { canRetryUnchanged } from '../bulk.ts';
import { useDraftStore } from '../draft.ts';
import { adviceFor } from '../failure.ts';
import { draftOf } from '../playground.ts';
import { pricedName, usePrice } from '../price.ts';
import { jobPath, navigate } from '../route.ts';
import { DeleteJob } from './delete-job.tsx';
import { FailureNotice } from './failure-notice.tsx';
import { Link } from './link.tsx';
import { Notice } from './notice.tsx';

/** The buttons of a job: what helps it on as it stands. */
export function JobActions({ job }: { readonly job: JobRow }) {
  const canWrite = useAllowed('JOBS_WRITE');
  const { environment } = useViewer();
  const price = usePrice();
  const [retried, retry] = useMutation(retryJob);
  const [canceled, cancel] = useMutation(cancelJob);
  const result = retried.data?.retryJob ?? canceled.data?.cancelJob;
  const error = retried.error ?? canceled.error;
  const isFailure = result !== undefined && result.__typename !== 'GenerateVideoSuccess';
  const sendAgain = () => {
    if (retried.fetching) return;
    retry({ id: job.id })
      .then(({ data }) => {
        if (data?.retryJob.__typename === 'GenerateVideoSuccess') navigate(jobPath(data.retryJob.job.id));
      })
      .catch(reportError);
  };
  const sendCancel = () => {
    cancel({ id: job.id }).catch(reportError);
  };
  const { failure } = job;
  const canRetry = canRetryUnchanged(job);
  // Of a deleted job there is nothing left to run again.
  if (!canWrite || job.deletedAt !== null) return null;
  return (
    <div className="job-actions">
      {canRetry && (
        <button
          type="button"
          className="main"
          data-environment={environment}
          aria-disabled={retried.fetching}
          onClick={sendAgain}
        >
          {retried.fetching ? 'Trying again …' : pricedName('Try again', price)}
        </button>
      )}
      {isEnded(job.status) && (
        <EditAndRun job={job} isMain={failure !== null && adviceFor(failure).remedy === 'edit'} />
      )}
      <AskOperator job={job} />
      {isEnded(job.status) && <DeleteJob job={job} />}
      {job.status === 'PENDING' && (
        <button type="button" aria-disabled={canceled.fetching} onClick={sendCancel}>
          Cancel
        </button>
      )}
      {isFailure && result.__typename !== 'CancelJobSuccess' && <FailureNotice failure={result} />}
      {error !== undefined && <Notice tone="bad" title={sentenceOf(error)} />}
    </div>
  );
}

/** Opens the create form with the job's input. */
function EditAndRun({ job, isMain }: { readonly job: JobRow; readonly isMain: boolean }) {
  const draft = useDraftStore();
  return (
    <Link className={isMain ? 'button main' : 'button'} href="/" onClick={() => draft.change(draftOf(job))}>
      Edit and run again
    </Link>
  );
}

/** Leads an admin to the state of the provider, after a failure that only an operator can fix. */
function AskOperator({ job: { failure } }: { readonly job: JobRow }) {
  const isAdmin = useAllowed('ADMIN');
  if (!isAdmin || failure === null || adviceFor(failure).remedy !== 'operator') return null;
  return (
    <Link className="button" href="/admin">
      Check the provider
    </Link>
  );
}
